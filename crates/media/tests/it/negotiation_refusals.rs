//! Every rule about one offer: an edit of a real client's offer that it alone is met by, and where the finding points.

use offhook_media::{Finding, Severity, lint};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::negotiation::{fixture, fixtures, local, negotiate};

/// Lines of the `chromium-audio` fixture.
const GROUP: usize = 5;
const AUDIO: usize = 8;
const UFRAG: usize = 15;
const PWD: usize = 16;
const FINGERPRINT: usize = 18;
const SETUP: usize = 19;
const MID: usize = 20;
const OPUS: usize = 30;
const LAST: usize = 42;

#[test]
fn each_rule_names_the_line_and_the_attribute() {
    for (rule, line, attribute, mutate) in refusals() {
        let refused = negotiate(&mutate(&good()), &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect_err(rule);
        let first = &refused.findings[0];
        let seen = (first.rule, first.line, first.attribute.as_deref().unwrap_or_default());
        assert_eq!(seen, (rule, line, attribute), "{first}");
        assert_eq!(first.severity, Severity::Error);
        assert!(
            refused.findings.iter().all(|f| f.severity != Severity::Error || f == first),
            "{:#?}",
            refused.findings
        );
        assert_eq!(refused.to_string(), first.to_string());
    }
}

#[test]
fn a_refusal_reads_as_one_sentence_a_developer_can_act_on() {
    let offer = good().replace("setup:actpass", "setup:passive");
    let refused = negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect_err("setup:passive");
    assert_eq!(
        refused.to_string(),
        "error: line 19, a=setup, setup-passive: An offer says `a=setup:passive`. Meta and the relay are always the DTLS \
         server, so the peer must connect. Offer `a=setup:actpass`."
    );
}

#[test]
fn what_does_not_refuse_is_still_said() {
    for (rule, severity, attribute, mutate) in remarks() {
        let offer = mutate(&good());
        let news = news(&good(), &offer);
        let told: Vec<_> = news.iter().map(|f| (f.rule, f.severity, f.attribute.as_deref())).collect();
        assert_eq!(told, [(rule, severity, Some(attribute))], "{news:#?}");
        let line = news[0].line.expect("a line");
        let quoted = offer.lines().nth(line - 1).expect("the offer has the line");
        assert!(quoted.starts_with(news[0].quote.as_deref().expect("a quote")) || quoted.len() > 80, "{quoted}");
        negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect(rule);
    }
}

#[test]
fn codecs_that_calls_do_not_carry_are_named() {
    let opus_alone = fixture("libdatachannel-audio");
    let more = opus_alone
        .replace("SAVPF 111", "SAVPF 111 0 63")
        .replace("a=rtpmap:111", "a=rtpmap:63 red/48000/2\r\na=rtpmap:111");
    let news = news(&opus_alone, &more);
    let [Finding { rule: "codecs-dropped", severity: Severity::Info, detail, .. }] = news.as_slice() else {
        panic!("{news:#?}")
    };
    assert!(detail.ends_with("(red, PCMU)"), "{detail}");
}

/// A finding about a real client's offer is either true, as that of aiortc's three fingerprints, or good to know.
#[test]
fn the_untouched_offers_of_real_clients_give_no_errors_and_no_false_warnings() {
    for (name, offer) in fixtures() {
        let told = lint(&offer);
        let warnings: Vec<_> = told.iter().filter(|f| f.severity != Severity::Info).map(|f| f.rule).collect();
        let expected: &[_] = if name.starts_with("aiortc") { &["several-fingerprints"] } else { &[] };
        assert_eq!(warnings, expected, "{name}: {told:#?}");
    }
}

/// Video is worth a call less: whatever is wrong with it, the audio is answered.
#[test]
fn mistakes_in_video_are_said_and_cost_only_the_video() {
    let offer = fixture("chromium-audio-video");
    for (rule, severity, attribute, is_open, mutate) in mistakes_in_video() {
        let edited = mutate(&offer);
        let news = news(&offer, &edited);
        let told: Vec<_> = news.iter().map(|f| (f.rule, f.severity, f.attribute.as_deref())).collect();
        assert_eq!(told, [(rule, severity, Some(attribute))], "{news:#?}");
        let answer = negotiate(&edited, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect(rule).answer;
        assert_eq!(!answer.contains("m=video 0 "), is_open, "{rule}: {answer}");
    }
}

#[test]
fn lenience_where_clients_differ() {
    let lower_hash = good().replace("sha-256", "SHA-256");
    let bare_line_ends = good().replace("\r\n", "\n");
    let indented = good().replace("\r\n", "\r\n      ");
    let no_end = good().trim_end().to_owned();
    let named_candidate = good().replace("192.0.2.2 46376 typ", "4f1a2b3c-0000-4000-8000-000000000000.local 46376 typ");
    let no_candidates = without(&good(), "a=candidate");
    let not_for_us = good() + "a=imageattr:garbage\r\na=fmtp:111 useinbandfec=yes\r\na=x-vendor\r\n";
    for offer in [not_for_us, lower_hash, bare_line_ends, indented, no_end, named_candidate, no_candidates] {
        assert_eq!(news(&good(), &offer), [], "{offer}");
    }
}

#[test]
fn a_hostile_offer_is_quoted_short_and_escaped() {
    let escape = format!("\u{1b}[2J{}", "x".repeat(5_000));
    for offer in [format!("v=0\r\n{escape}\r\n"), good().replace("a=mid:0", &format!("a=mid:{escape}"))] {
        for finding in lint(&offer) {
            let printed = finding.to_string();
            assert!(printed.len() < 1_000 && !printed.contains('\u{1b}'), "{printed}");
        }
    }
}

#[test]
fn garbage_does_not_make_an_endless_list() {
    let offer = format!("{}{}", good(), "a=candidate:x\r\n".repeat(3_000));
    assert!(lint(&offer).len() <= 25);
    assert!(lint(&"garbage\r\n".repeat(5_000)).len() <= 25);
}

type Mutation = &'static dyn Fn(&str) -> String;

/// The rules of the tables below.
pub(crate) fn met() -> Vec<&'static str> {
    let refusals = refusals().into_iter().map(|(rule, ..)| rule);
    let remarks = remarks().into_iter().map(|(rule, ..)| rule);
    let in_video = mistakes_in_video().into_iter().map(|(rule, ..)| rule);
    refusals.chain(remarks).chain(in_video).chain(["codecs-dropped"]).collect()
}

#[rustfmt::skip]
fn refusals() -> Vec<(&'static str, Option<usize>, &'static str, Mutation)> {
    vec![
        ("no-audio",                 None,              "",              &|o| o.replace("m=audio", "m=video")),
        ("audio-disabled",           Some(AUDIO),       "m=audio",       &|o| o.replace("m=audio 46376", "m=audio 0")),
        ("plain-rtp",                Some(AUDIO),       "m=audio",       &|o| o.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP")),
        ("plain-rtp",                Some(AUDIO),       "m=audio",       &|o| o.replace("UDP/TLS/RTP/SAVPF", "RTP/AVPF")),
        ("plain-rtp",                Some(AUDIO),       "m=audio",       &|o| o.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVP")),
        ("plain-rtp",                Some(AUDIO),       "m=audio",       &|o| o.replace("UDP/TLS/RTP/SAVPF", "RTP/SAVPF")),
        ("sdes-crypto",              Some(LAST + 1),    "a=crypto",      &|o| format!("{o}a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n")),
        ("no-mid",                   Some(AUDIO),       "a=mid",         &|o| without(o, "a=mid")),
        ("malformed-mid",            Some(MID),         "a=mid",         &|o| o.replace("a=mid:0", "a=mid:no ll")),
        ("duplicate-mid",            Some(LAST + 2),    "a=mid",         &|o| format!("{o}m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\n")),
        ("no-bundle",                Some(AUDIO),       "a=group",       &|o| o.replace("BUNDLE 0", "LS 0")),
        ("audio-not-in-bundle",      Some(GROUP),       "a=group",       &|o| o.replace("BUNDLE 0", "BUNDLE 1")),
        ("no-rtcp-mux",              Some(AUDIO),       "a=rtcp-mux",    &|o| without(o, "a=rtcp-mux")),
        ("both-ice-lite",            Some(GROUP),       "a=ice-lite",    &|o| o.replace("t=0 0", "t=0 0\r\na=ice-lite")),
        ("no-ice-credentials",       Some(AUDIO),       "a=ice-ufrag",   &|o| without(o, "a=ice-ufrag")),
        ("no-ice-credentials",       Some(AUDIO),       "a=ice-pwd",     &|o| without(o, "a=ice-pwd")),
        ("malformed-ice-credentials", Some(UFRAG),      "a=ice-ufrag",   &|o| o.replace("a=ice-ufrag:oNIS", "a=ice-ufrag:oN")),
        ("malformed-ice-credentials", Some(PWD),        "a=ice-pwd",     &|o| o.replace("DGa8qzUxOAUugut2F3IyDe6k", "short")),
        ("malformed-ice-credentials", Some(UFRAG),      "a=ice-ufrag",   &|o| o.replace("oNIS", "o:IS")),
        ("no-fingerprint",           Some(AUDIO),       "a=fingerprint", &|o| without(o, "a=fingerprint")),
        ("weak-fingerprint",         Some(FINGERPRINT), "a=fingerprint", &|o| with_fingerprint(o, "sha-1", 20)),
        ("weak-fingerprint",         Some(FINGERPRINT), "a=fingerprint", &|o| with_fingerprint(o, "md5", 16)),
        ("unreadable-attribute",     Some(FINGERPRINT), "a=fingerprint", &|o| with_fingerprint(o, "sha-256", 31)),
        ("unreadable-attribute",     Some(SETUP),       "a=setup",       &|o| o.replace("setup:actpass", "setup:whatever")),
        ("setup-passive",            Some(SETUP),       "a=setup",       &|o| o.replace("setup:actpass", "setup:passive")),
        ("setup-holdconn",           Some(SETUP),       "a=setup",       &|o| o.replace("setup:actpass", "setup:holdconn")),
        ("no-opus",                  Some(AUDIO),       "a=rtpmap",      &|o| o.replace("opus/48000/2", "speex/16000")),
        ("no-opus",                  Some(AUDIO),       "a=rtpmap",      &|o| o.replace("SAVPF 111", "SAVPF")),
        ("opus-form",                Some(OPUS),        "a=rtpmap",      &|o| o.replace("opus/48000/2", "opus/48000")),
        ("opus-form",                Some(OPUS),        "a=rtpmap",      &|o| o.replace("opus/48000/2", "opus/16000/2")),
        ("payload-type-range",       Some(OPUS),        "a=rtpmap",      &|o| o.replace("111", "95")),
        ("too-many-sections",        Some(LAST + 32),   "m=video",       &|o| format!("{o}{}", "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n".repeat(40))),
        ("too-large",                None,              "",              &|o| format!("{o}{}", "a=x-filler:0123456789\r\n".repeat(3_000))),
        ("unreadable-line",          Some(9),           "hello",         &|o| o.replace("c=IN IP4 192.0.2.2", "hello")),
        ("unreadable-line",          Some(2),           "o=",            &|o| o.replace("8577528243825550271", "session")),
        ("unreadable-line",          Some(AUDIO),       "m=",            &|o| o.replace("m=audio 46376", "m=audio 99999")),
        ("no-version",               None,              "",              &|o| without(o, "v=0")),
        ("no-origin",                None,              "",              &|o| without(o, "o=-")),
        ("empty",                    None,              "",              &|_| " \r\n".to_owned()),
        ("json-not-sdp",             None,              "",              &|o| format!("{{\"type\":\"offer\",\"sdp\":\"{o}\"}}")),
        ("escaped-line-ends",        Some(1),           "v=",            &|o| o.replace("\r\n", "\\r\\n")),
        ("escaped-line-ends",        Some(1),           "v=",            &|o| o.replace("\r\n", "\\n")),
        ("lost-line-ends",           Some(1),           "v=",            &|o| o.replace("\r\n", " ")),
        ("lost-line-ends",           Some(1),           "v=",            &|o| o.replace("\r\n", "")),
        ("json-not-sdp",             None,              "",              &|o| format!("{o:?}")),
        ("base64-not-sdp",           None,              "",              &|_| "dj0wDQpvPS0gODU3NzUyODI0MzgyNTU1MDI3MSAyIElO".to_owned()),
        ("base64-not-sdp",           None,              "",              &|_| "eyJ0eXBlIjoib2ZmZXIiLCJzZHAiOiJ2PTBcclxu".to_owned()),
        ("percent-encoded",          None,              "",              &|o| o.replace('=', "%3D").replace("\r\n", "%0D%0A")),
    ]
}

#[rustfmt::skip]
fn remarks() -> Vec<(&'static str, Severity, &'static str, Mutation)> {
    vec![
        ("audio-one-way",            Severity::Warning, "a=sendonly",    &|o| o.replace("sendrecv", "sendonly")),
        ("audio-one-way",            Severity::Warning, "a=recvonly",    &|o| o.replace("sendrecv", "recvonly")),
        ("audio-inactive",           Severity::Warning, "a=inactive",    &|o| o.replace("sendrecv", "inactive")),
        ("no-setup",                 Severity::Warning, "a=setup",       &|o| without(o, "a=setup")),
        ("ignored-attribute",        Severity::Warning, "a=candidate",   &|o| o.replace("a=candidate:3746142593 1 udp", "a=candidate:3746142593 one udp")),
        ("several-fingerprints",     Severity::Warning, "a=fingerprint", &|o| format!("{o}{}", fingerprint("sha-384", 48))),
        ("weak-fingerprint-ignored", Severity::Warning, "a=fingerprint", &|o| format!("{o}{}", fingerprint("sha-1", 20))),
        ("section-rejected",         Severity::Info,    "m=application", &|o| format!("{o}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n")),
        ("section-inactive",         Severity::Info,    "m=audio",       &|o| o.replace("BUNDLE 0", "BUNDLE 1 0") + "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"),
        ("no-telephone-event",       Severity::Info,    "a=rtpmap",      &|o| o.replace("telephone-event", "telephone")),
        ("no-mid-extension",         Severity::Info,    "a=extmap",      &|o| without(o, "a=extmap:4")),
        ("setup-active",             Severity::Warning, "a=setup",       &|o| o.replace("actpass", "active")),
        ("several-ssrcs",            Severity::Warning, "a=ssrc",        &|o| format!("{o}a=ssrc:7 cname:other\r\n")),
        ("format-not-listed",        Severity::Warning, "a=rtpmap",      &|o| format!("{o}a=rtpmap:120 telephone-event/16000\r\n")),
        ("ptime-not-opus",           Severity::Warning, "a=ptime",       &|o| format!("{o}a=ptime:30000\r\n")),
        ("ptime-not-opus",           Severity::Warning, "a=ptime",       &|o| format!("{o}a=ptime:12\r\n")),
        ("ptime-not-opus",           Severity::Warning, "a=maxptime",    &|o| format!("{o}a=maxptime:none\r\n")),
        ("ptime-not-kept",           Severity::Info,    "a=ptime",       &|o| format!("{o}a=ptime:60\r\n")),
        ("ptime-not-kept",           Severity::Info,    "a=maxptime",    &|o| format!("{o}a=ptime:20\r\na=maxptime:10\r\n")),
        ("no-msid",                  Severity::Info,    "a=msid",        &|o| o.replace("msid:", "x-msid:")),
        ("telephone-event-clock",    Severity::Info,    "a=rtpmap",      &|o| o.replace("telephone-event/48000", "x-keys/48000")),
        ("private-candidates-only",  Severity::Info,    "a=candidate",   &|o| o.replace("192.0.2.2", "192.168.1.2")),
        ("private-candidates-only",  Severity::Info,    "a=candidate",   &|o| o.replace("192.0.2.2", "100.64.0.1")),
        ("private-candidates-only",  Severity::Info,    "a=candidate",   &|o| o.replace("192.0.2.2", "a5e1c0de-0000-4000-8000-000000000000.local")),
    ]
}

#[rustfmt::skip]
fn mistakes_in_video() -> Vec<(&'static str, Severity, &'static str, bool, Mutation)> {
    vec![
        ("video-not-in-bundle",         Severity::Warning, "a=group",    false, &|o| o.replace("BUNDLE 0 1", "BUNDLE 0")),
        ("video-not-in-bundle",         Severity::Warning, "a=group",    false, &|o| without(o, "a=mid:1")),
        ("video-no-rtcp-mux",           Severity::Warning, "a=rtcp-mux", false, &|o| in_video(o, "a=rtcp-mux\r\n", "")),
        ("video-plain-rtp",             Severity::Warning, "m=video",    false, &|o| in_video(o, "UDP/TLS/RTP/SAVPF", "RTP/AVPF")),
        ("video-no-codec",              Severity::Warning, "a=rtpmap",   false, &|o| o.replace("/90000", "/45000")),
        ("video-payload-type-range",    Severity::Warning, "a=rtpmap",   true,  &|o| o.replace(" 96 ", " 95 ").replace(":96 ", ":95 ").replace("apt=96", "apt=95")),
        ("video-no-key-frame-request",  Severity::Warning, "a=rtcp-fb",  true,  &|o| o.replace("nack pli", "nack").replace("ccm fir", "nack")),
        ("video-no-bandwidth-feedback", Severity::Info,    "a=rtcp-fb",  true,  &|o| o.replace("goog-remb", "nack").replace("transport-cc", "nack")),
        ("video-transport-cc-without-extension", Severity::Info, "a=extmap", true, &|o| o.replace("transport-wide-cc-extensions-01", "other")),
        ("video-simulcast",             Severity::Info,    "a=simulcast", true, &|o| format!("{o}a=simulcast:send h;l\r\n")),
        ("video-too-many",              Severity::Info,    "m=video",    true,  &|o| three_videos(o)),
    ]
}

/// What is said of an edited offer and not of the offer.
fn news(offer: &str, edited: &str) -> Vec<Finding> {
    let before = lint(offer);
    let is_new = |finding: &Finding| before.iter().all(|known| known.rule != finding.rule);
    lint(edited).into_iter().filter(is_new).collect()
}

fn good() -> String {
    let offer = fixture("chromium-audio");
    assert_eq!(offer.lines().count(), LAST);
    offer
}

/// Changes the video section alone.
fn in_video(offer: &str, from: &str, to: &str) -> String {
    let (audio, video) = offer.split_at(offer.find("m=video").expect("video"));
    format!("{audio}{}", video.replace(from, to))
}

fn three_videos(offer: &str) -> String {
    let video = &offer[offer.find("m=video").expect("video")..];
    let again = |mid: &str| video.replace("a=mid:1", &format!("a=mid:{mid}"));
    format!("{offer}{}{}", again("2"), again("3")).replace("BUNDLE 0 1", "BUNDLE 0 1 2 3")
}

fn without(offer: &str, start: &str) -> String {
    offer.split_inclusive('\n').filter(|line| !line.starts_with(start)).collect()
}

fn with_fingerprint(offer: &str, hash: &str, bytes: usize) -> String {
    let old = offer.lines().nth(FINGERPRINT - 1).expect("the line");
    assert!(old.starts_with("a=fingerprint"));
    offer.replace(old, fingerprint(hash, bytes).trim_end())
}

fn fingerprint(hash: &str, bytes: usize) -> String {
    format!("a=fingerprint:{hash} {}\r\n", vec!["AB"; bytes].join(":"))
}
