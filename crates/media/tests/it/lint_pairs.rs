//! Two texts side by side: an offer after another, an answer beside its offer.

use std::time::Instant;

use offhook_media::{Finding, Severity, Subject, lint, lint_again, lint_answer};
use str0m::Rtc;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind};

use crate::negotiation::{answered, fixture, fixtures};

#[test]
fn what_must_not_change_from_offer_to_offer_is_told() {
    let first = fixture("chromium-audio-video");
    for (rule, severity, attribute, edit) in changes() {
        let next = edit(&next(&first));
        let news = pair_news(&lint_again(&first, &next), &lint(&next));
        let told: Vec<_> = news.iter().map(|f| (f.rule, f.severity, f.attribute.as_deref(), f.subject)).collect();
        assert_eq!(told, [(rule, severity, Some(attribute), Subject::Offer)], "{news:#?}");
        let (line, quote) = (news[0].line.expect("a line"), news[0].quote.as_deref().expect("a quote"));
        assert!(next.lines().nth(line - 1).expect("the line").starts_with(&quote[..quote.len().min(40)]), "{quote}");
    }
}

#[test]
fn an_offer_that_only_counts_up_or_stays_as_it_is_changes_nothing() {
    for (name, first) in fixtures() {
        for next in [first.clone(), next(&first)] {
            let news = pair_news(&lint_again(&first, &next), &lint(&next));
            assert_eq!(news, [], "{name}");
        }
    }
}

/// An independent stack's own second offer, after it took the server's.
#[test]
fn a_real_clients_next_offer_is_not_blamed() {
    let mut peer = Rtc::new(Instant::now());
    let mut change = peer.sdp_api();
    change.add_media(MediaKind::Audio, Direction::SendRecv, Some("stream".into()), Some("track".into()), None);
    let (first, pending) = change.apply().expect("media was added");
    let first = first.to_sdp_string();
    let negotiated = answered(&first);
    let answer = SdpAnswer::from_sdp_string(&negotiated.answer).expect("str0m reads the answer");
    peer.sdp_api().accept_answer(pending, answer).expect("str0m takes the answer");
    let offer = SdpOffer::from_sdp_string(&negotiated.offer).expect("str0m reads the offer");
    let local = peer.sdp_api().accept_offer(offer).expect("str0m takes the offer").to_sdp_string();
    assert_eq!(lint_answer(&negotiated.offer, &local), [], "{local}");

    let mut change = peer.sdp_api();
    change.add_media(MediaKind::Video, Direction::SendOnly, Some("stream".into()), Some("camera".into()), None);
    let (next, _) = change.apply().expect("media was added");
    let told = lint_again(&first, &next.to_sdp_string());
    assert_eq!(worse_than_info(&told), Vec::<&str>::new(), "{told:#?}");
}

#[test]
fn what_does_not_fit_the_offer_is_told_of_the_answer() {
    let offer = fixture("chromium-audio-video");
    let answer = answered(&offer).answer;
    for (rule, severity, attribute, edit) in misfits() {
        let edited = edit(&answer);
        let news = pair_news(&lint_answer(&offer, &edited), &lint_answer(&offer, &answer));
        let told: Vec<_> = news.iter().map(|f| (f.rule, f.severity, f.attribute.as_deref(), f.subject)).collect();
        assert_eq!(told, [(rule, severity, attribute, Subject::Answer)], "{news:#?}\n{edited}");
    }
}

#[test]
fn an_answer_goes_no_way_that_the_offer_does_not() {
    for (asked, fits, misfits) in [("sendonly", "recvonly", "sendrecv"), ("recvonly", "sendonly", "recvonly")] {
        let offer = fixture("chromium-audio").replace("a=sendrecv", &format!("a={asked}"));
        let answer = answered(&offer).answer;
        assert!(answer.contains(&format!("a={fits}")));
        assert_eq!(worse_than_info(&lint_answer(&offer, &answer)), ["audio-one-way"]);
        let told = lint_answer(&offer, &answer.replace(&format!("a={fits}"), &format!("a={misfits}")));
        assert_eq!(worse_than_info(&told), ["answer-direction", "audio-one-way"], "{told:#?}");
    }
}

#[test]
fn the_servers_answer_to_every_client_fits() {
    for (name, offer) in fixtures() {
        let told = lint_answer(&offer, &answered(&offer).answer);
        let told: Vec<_> =
            told.iter().filter(|f| f.subject == Subject::Answer && f.rule != "answer-rejected").collect();
        assert!(told.is_empty(), "{name}: {told:#?}");
    }
}

#[test]
fn an_answer_to_the_servers_offer_must_be_active() {
    let offer = answered(&fixture("chromium-audio")).offer;
    let answer = Rtc::new(Instant::now()).sdp_api().accept_offer(SdpOffer::from_sdp_string(&offer).unwrap()).unwrap();
    let answer = answer.to_sdp_string();
    assert_eq!(lint_answer(&offer, &answer), []);
    for wrong in ["passive", "actpass"] {
        let told = lint_answer(&offer, &answer.replace("a=setup:active", &format!("a=setup:{wrong}")));
        assert_eq!(worse_than_info(&told), ["answer-setup"], "{told:#?}");
    }
}

#[test]
fn a_text_that_cannot_be_read_is_told_of_itself() {
    let good = fixture("chromium-audio");
    let subjects = |told: Vec<Finding>| told.into_iter().map(|f| (f.rule, f.subject)).next();
    assert_eq!(subjects(lint_again("{", &good)), Some(("json-not-sdp", Subject::Previous)));
    assert_eq!(subjects(lint_again(&good, "{")), Some(("json-not-sdp", Subject::Offer)));
    assert_eq!(subjects(lint_answer("{", &good)), Some(("json-not-sdp", Subject::Offer)));
    assert_eq!(subjects(lint_answer(&good, "{")), Some(("json-not-sdp", Subject::Answer)));
}

type Edit = &'static dyn Fn(&str) -> String;

/// The rules of the tables below.
pub(crate) fn met() -> Vec<&'static str> {
    let (changes, misfits) =
        (changes().into_iter().map(|(rule, ..)| rule), misfits().into_iter().map(|(rule, ..)| rule));
    changes.chain(misfits).chain(["answer-direction"]).collect()
}

#[rustfmt::skip]
fn changes() -> Vec<(&'static str, Severity, &'static str, Edit)> {
    use Severity::{Info, Warning};
    vec![
        ("new-connection",       Warning, "a=fingerprint", &|o| replace_value(o, "a=fingerprint:sha-256 ", &["AB"; 32].join(":"))),
        ("ice-restart",          Info,    "a=ice-ufrag",   &|o| replace_value(&replace_value(o, "a=ice-ufrag:", "newu"), "a=ice-pwd:", "0123456789012345678901")),
        ("half-ice-restart",     Warning, "a=ice-ufrag",   &|o| replace_value(o, "a=ice-ufrag:", "newu")),
        ("half-ice-restart",     Warning, "a=ice-pwd",     &|o| replace_value(o, "a=ice-pwd:", "0123456789012345678901")),
        ("changed-origin",       Warning, "o=",            &|o| replace_value(o, "o=", "- 42 3 IN IP4 127.0.0.1")),
        ("version-not-raised",   Info,    "o=",            &|o| o.replace(" 3 IN IP4 127.0.0.1", " 2 IN IP4 127.0.0.1") + "a=x-more\r\n"),
        ("removed-section",      Warning, "m=audio",       &|o| o[..o.find("m=video").unwrap()].replace("BUNDLE 0 1", "BUNDLE 0")),
        ("moved-section",        Warning, "a=mid",         &|o| audio_behind(o)),
        ("renamed-section",      Warning, "a=mid",         &|o| o.replace("a=mid:1", "a=mid:camera").replace("BUNDLE 0 1", "BUNDLE 0 camera")),
        ("changed-media",        Warning, "m=application", &|o| o.replace("m=video", "m=application")),
        ("payload-type-reused",  Warning, "a=rtpmap",      &|o| o.replace("a=rtpmap:63 red/48000/2", "a=rtpmap:63 G722/8000")),
        ("codec-renumbered",     Warning, "a=rtpmap",      &|o| o.replace("111", "121")),
        ("extension-renumbered", Warning, "a=extmap",      &|o| o.replace("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level", "a=extmap:1 urn:example:other")),
    ]
}

#[rustfmt::skip]
fn misfits() -> Vec<(&'static str, Severity, Option<&'static str>, Edit)> {
    use Severity::{Error, Info, Warning};
    vec![
        ("answer-section-count",  Error,   None,                 &|a| a[..a.find("m=video").unwrap()].to_owned()),
        ("answer-section-order",  Error,   Some("m=audio"),      &|a| audio_behind(a).replace("m=video", "m=audio")),
        ("answer-section-order",  Error,   Some("m=video"),      &|a| a.replace("a=mid:1", "a=mid:7")),
        ("answer-setup",          Error,   Some("a=setup"),      &|a| a.replace("a=setup:passive", "a=setup:actpass")),
        ("answer-no-bundle",      Error,   Some("a=group"),      &|a| a.replace("BUNDLE 0 1", "BUNDLE 0")),
        ("answer-no-rtcp-mux",    Error,   Some("a=rtcp-mux"),   &|a| a.replacen("a=rtcp-mux\r\n", "", 1)),
        ("answer-no-codec",       Error,   Some("m=audio"),      &|a| a.replace("SAVPF 111 110", "SAVPF 121")),
        ("answer-format-changed", Error,   Some("a=rtpmap"),     &|a| a.replace("opus/48000/2", "L16/48000/2")),
        ("answer-format-new",     Warning, Some("a=rtpmap"),     &|a| a.replace("SAVPF 111 110", "SAVPF 111 110 121")),
        ("answer-extension",      Warning, Some("a=extmap"),     &|a| a.replacen("a=extmap:1 ", "a=extmap:9 ", 1)),
        ("answer-rejected",       Info,    Some("m=video"),      &|a| a.replace("m=video 41000", "m=video 0")),
        ("no-ice-credentials",    Error,   Some("a=ice-ufrag"),  &|a| a.replace("a=ice-ufrag", "a=x-ufrag")),
    ]
}

/// The offer with its version counted up.
fn next(offer: &str) -> String {
    let origin = offer.lines().find(|line| line.starts_with("o=")).expect("o=");
    let mut fields: Vec<_> = origin.split(' ').map(str::to_owned).collect();
    fields[2] = (fields[2].parse::<u64>().expect("a version") + 1).to_string();
    offer.replace(origin, &fields.join(" "))
}

fn replace_value(text: &str, start: &str, value: &str) -> String {
    let changed =
        text.lines().map(|line| if line.starts_with(start) { format!("{start}{value}") } else { line.into() });
    changed.map(|line| line + "\r\n").collect()
}

/// The two sections in the other order.
fn audio_behind(text: &str) -> String {
    let (audio, video) = (text.find("m=audio").expect("audio"), text.find("m=video").expect("video"));
    format!("{}{}{}", &text[..audio], &text[video..], &text[audio..video])
}

/// What is said of two texts beyond what is said of one.
fn pair_news(pair: &[Finding], one: &[Finding]) -> Vec<Finding> {
    let is_new = |finding: &&Finding| one.iter().all(|known| known.rule != finding.rule);
    let mut news: Vec<Finding> = pair.iter().filter(is_new).cloned().collect();
    news.dedup_by_key(|finding| finding.rule);
    news
}

fn worse_than_info(told: &[Finding]) -> Vec<&'static str> {
    told.iter().filter(|finding| finding.severity != Severity::Info).map(|finding| finding.rule).collect()
}
