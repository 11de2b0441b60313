//! Every rule that refuses an offer: one mutation of a good offer each, and where the finding points.

use offhook_media::{Finding, Severity, lint};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::negotiation::{fixture, local, negotiate};

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
    #[rustfmt::skip]
    let table: &[(&str, Option<usize>, &str, Mutation)] = &[
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
    ];
    for (rule, line, attribute, mutate) in table {
        let refused = negotiate(&mutate(&good()), &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect_err(rule);
        let first = &refused.findings[0];
        let seen = (first.rule, first.line, first.attribute.as_deref().unwrap_or_default());
        assert_eq!(seen, (*rule, *line, *attribute), "{first}");
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
        "error: line 19, a=setup, setup-passive: The relay is always the DTLS server, so the peer must connect \
         (RFC 8842 section 5.2). Offer `a=setup:actpass`."
    );
}

#[test]
fn what_does_not_refuse_is_still_said() {
    #[rustfmt::skip]
    let table: &[(&str, Severity, Mutation)] = &[
        ("audio-one-way",            Severity::Warning, &|o| o.replace("sendrecv", "sendonly")),
        ("audio-one-way",            Severity::Warning, &|o| o.replace("sendrecv", "recvonly")),
        ("audio-inactive",           Severity::Warning, &|o| o.replace("sendrecv", "inactive")),
        ("no-setup",                 Severity::Warning, &|o| without(o, "a=setup")),
        ("ignored-attribute",        Severity::Warning, &|o| o.replace("a=candidate:3746142593 1 udp", "a=candidate:3746142593 one udp")),
        ("several-fingerprints",     Severity::Info,    &|o| format!("{o}{}", fingerprint("sha-384", 48))),
        ("weak-fingerprint-ignored", Severity::Info,    &|o| format!("{o}{}", fingerprint("sha-1", 20))),
        ("section-rejected",         Severity::Info,    &|o| format!("{o}m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\n")),
        ("section-inactive",         Severity::Info,    &|o| o.replace("BUNDLE 0", "BUNDLE 1 0") + "m=audio 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"),
        ("no-telephone-event",       Severity::Info,    &|o| o.replace("telephone-event", "telephone")),
        ("no-mid-extension",         Severity::Info,    &|o| without(o, "a=extmap:4")),
    ];
    assert_eq!(lint(&good()), []);
    for (rule, severity, mutate) in table {
        let offer = mutate(&good());
        let findings = lint(&offer);
        assert!(matches!(findings.as_slice(), [Finding { .. }]), "{rule}: {findings:#?}");
        assert_eq!((findings[0].rule, findings[0].severity), (*rule, *severity));
        negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect(rule);
    }
}

/// Video is worth a call less: whatever is wrong with it, the audio is answered.
#[test]
fn mistakes_in_video_are_said_and_cost_only_the_video() {
    #[rustfmt::skip]
    let table: &[(&str, Severity, &str, bool, Mutation)] = &[
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
    ];
    let offer = fixture("chromium-audio-video");
    assert_eq!(lint(&offer), []);
    for (rule, severity, attribute, is_open, mutate) in table {
        let offer = mutate(&offer);
        let findings = lint(&offer);
        assert!(matches!(findings.as_slice(), [Finding { .. }]), "{rule}: {findings:#?}");
        let found = (findings[0].rule, findings[0].severity, findings[0].attribute.as_deref());
        assert_eq!(found, (*rule, *severity, Some(*attribute)));
        let answer = negotiate(&offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect(rule).answer;
        assert_eq!(!answer.contains("m=video 0 "), *is_open, "{rule}: {answer}");
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
    let active = good().replace("setup:actpass", "setup:active");
    let not_for_us = good() + "a=imageattr:garbage\r\na=fmtp:111 useinbandfec=yes\r\na=x-vendor\r\n";
    for offer in [not_for_us, lower_hash, bare_line_ends, indented, no_end, named_candidate, no_candidates, active] {
        assert_eq!(lint(&offer), [], "{offer}");
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
    assert!(lint(&offer).len() <= 20);
    assert!(lint(&"garbage\r\n".repeat(5_000)).len() <= 25);
}

type Mutation<'a> = &'a dyn Fn(&str) -> String;

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
