//! Lines in virtual time.

use std::sync::Arc;
use std::time::Duration;

use offhook_client::audio::{MarkedTone, Tone};
use offhook_client::phone::{
    Camera, Config, Digit, DtlsVersion, Line, LineEvent, Milestone, SdpRefused, Source, VIDEO_TRACK,
};

use crate::pair::Pair;
use crate::server::{IN_OWN_SECTION, OWN_MID, Server};

const DBFS: f32 = -20.0;

fn saying(source: Source, listen_for_hz: u32) -> Config {
    Config { source, listen_for_hz, ..Config::default() }
}

fn tone(hz: u32) -> Source {
    Source::Tone(Tone::new(hz, DBFS))
}

#[test]
fn both_hear_the_others_tone_at_its_level_without_a_gap() {
    for dtls in [DtlsVersion::Dtls12, DtlsVersion::Dtls13, DtlsVersion::Auto] {
        let offering = Config { dtls, ..saying(tone(440), 660) };
        let answering = Config { dtls, ..saying(tone(660), 440) };
        let mut pair = Pair::of_lines(offering, answering);
        pair.run(Duration::from_secs(3));
        for statistics in [pair.line.statistics(), pair.peer.statistics()] {
            let heard = statistics.heard;
            assert!((heard.level.dbfs().unwrap() - DBFS).abs() < 1.0, "{dtls:?} {heard:?}");
            assert!(heard.level.tone_share() > 0.9, "{dtls:?} {heard:?}");
            assert!(heard.frames > 100 && heard.silent == 0 && heard.doubled == 0, "{dtls:?} {heard:?}");
            assert_eq!(statistics.packets_lost(), 0);
            assert!(statistics.packets_sent.abs_diff(statistics.packets_received()) < 5, "{statistics:?}");
            let reached: Vec<_> = statistics.milestones.keys().copied().collect();
            assert_eq!(reached, [Milestone::IceConnected, Milestone::DtlsConnected, Milestone::FirstPacket]);
        }
    }
}

#[test]
fn the_round_trip_of_an_echo_is_the_wire_the_echo_and_the_buffers() {
    let marked = Source::MarkedTone(MarkedTone::new(440, DBFS));
    let echo = Source::Echo { delay: Duration::from_millis(100) };
    let mut pair = Pair::of_lines(saying(marked, 440), saying(echo, 440));
    pair.run(Duration::from_secs(4));
    let statistics = pair.line.statistics();
    let round_trip = statistics.round_trip.unwrap();
    // 20 ms of wire and 100 of echo; twice 20 to 60 of jitter buffer and waiting for a tick, and twice 7 of Opus.
    assert!((160..=260).contains(&round_trip.as_millis()), "{round_trip:?}");
    assert!((statistics.heard.level.dbfs().unwrap() - DBFS).abs() < 1.5, "{statistics:?}");
}

#[test]
fn keys_arrive_in_order_and_are_no_loss() {
    let mut pair = Pair::of_lines(saying(tone(440), 440), saying(Source::Silence, 440));
    pair.run(Duration::from_secs(1));
    for key in "17#".chars() {
        pair.line.press(Digit::try_from(key).unwrap());
    }
    pair.run(Duration::from_secs(3));
    let keys = pair.events[1].iter().filter_map(|event| match event {
        LineEvent::Digit { digit, held } => Some((digit.to_string(), *held)),
        LineEvent::Reached { .. } | LineEvent::IceDisconnected | LineEvent::Closed => None,
    });
    let expected = ["1", "7", "#"].map(|key| (key.to_owned(), Duration::from_millis(500)));
    assert_eq!(keys.collect::<Vec<_>>(), expected);
    assert_eq!(pair.peer.statistics().packets_lost(), 0);
}

#[test]
fn loss_is_counted_and_concealed() {
    let mut pair = Pair::of_lines(saying(tone(440), 660), saying(tone(660), 440));
    pair.run(Duration::from_secs(1));
    pair.loses = |number| number % 20 < 2;
    pair.run(Duration::from_secs(3));
    let statistics = pair.peer.statistics();
    assert!((10..25).contains(&statistics.packets_lost()), "{statistics:?}");
    assert!(statistics.heard.silent <= 2, "{statistics:?}");
    assert!(statistics.heard.level.tone_share() > 0.8, "{statistics:?}");
}

#[test]
fn hanging_up_closes_the_other_end() {
    let mut pair = Pair::of_lines(saying(tone(440), 660), saying(tone(660), 440));
    pair.run(Duration::from_secs(1));
    pair.line.hang_up();
    pair.run(Duration::from_millis(100));
    assert!(pair.peer.is_closed());
    assert_eq!(pair.events[1].last(), Some(&LineEvent::Closed));
}

/// Contract section 6, "Consumer audio": both streams carry the voice around the change, and one is heard.
#[test]
fn the_servers_own_section_takes_the_voice_over_and_one_copy_is_heard() {
    let config = saying(tone(440), 660);
    let mut pair =
        Pair::connected(config, |address, now, offer| Server::answering(address, now, offer, Tone::new(660, DBFS)));
    pair.run(Duration::from_secs(1));
    let before = pair.line.statistics();
    assert_eq!(before.streams.iter().map(|stream| stream.ssrc).collect::<Vec<_>>(), [pair.peer.in_answer]);

    pair.peer.sends.push(IN_OWN_SECTION);
    pair.run(Duration::from_millis(200));
    let answer = pair.line.apply_offer(&pair.peer.offer()).unwrap();
    let sections: Vec<_> = answer.split("m=audio").skip(1).collect();
    assert!(sections[0].contains("a=sendonly") && sections[1].contains("a=recvonly"), "{answer}");
    assert!(answer.contains("a=setup:active"), "{answer}");
    pair.run(Duration::from_secs(1));

    assert!(pair.peer.reported.contains(&IN_OWN_SECTION), "the first report lets the server end the other stream");
    let at_change = pair.line.statistics();
    let answered = at_change.streams.iter().find(|stream| stream.ssrc == pair.peer.in_answer).unwrap();
    assert!(answered.received > answered.played, "goes on, and is not heard: {answered:?}");
    assert!(at_change.played_in(OWN_MID) > 40, "{at_change:?}");
    assert_eq!((at_change.heard.silent, at_change.heard.doubled), (0, 0));
    assert!((at_change.heard.level.dbfs().unwrap() - DBFS).abs() < 1.0, "{:?}", at_change.heard);
    assert!(at_change.packets_sent > before.packets_sent + 50, "still speaks in its own section");
}

#[test]
fn what_is_no_sdp_or_comes_unasked_is_refused() {
    let mut pair = Pair::of_lines(Config::default(), Config::default());
    assert!(matches!(pair.line.apply_offer("hello"), Err(SdpRefused::Syntax(_))));
    let answer = pair.peer.apply_offer(&pair.line.offer()).unwrap_or_default();
    assert!(matches!(pair.peer.apply_answer(&answer), Err(SdpRefused::NoOffer | SdpRefused::Syntax(_))));
}

/// Frames of a video: each more than one packet, and told apart by its first byte.
fn pictures() -> impl Iterator<Item = Arc<[u8]>> + Send {
    (0..=u8::MAX).map(|n| std::iter::once(n).chain(std::iter::repeat_n(7, 3_000)).collect())
}

#[test]
fn video_is_turned_on_seen_whole_and_turned_off_while_the_voice_goes_on() {
    let with_video = |hz, listen| Config { video: true, ..saying(tone(hz), listen) };
    let mut pair = Pair::of_lines(with_video(440, 660), with_video(660, 440));
    pair.run(Duration::from_secs(1));
    let renegotiate = |pair: &mut Pair<Line>, camera: Option<Camera>| {
        let offer = pair.line.offer_video(camera).expect("there is a change");
        let answer = pair.peer.apply_offer(&offer).unwrap();
        pair.line.apply_answer(&answer).unwrap();
        pair.run(Duration::from_secs(1));
        offer
    };
    let offer = renegotiate(&mut pair, Some(Camera::new(pictures(), 2)));
    assert!(offer.lines().any(|line| line.starts_with("a=msid:") && line.ends_with(VIDEO_TRACK)), "{offer}");
    let on = pair.peer.statistics();
    let [video] = &on.video[..] else { panic!("{:?}", on.video) };
    assert!(video.frames >= 20 && video.broken == 0 && video.last.len() == 3_001, "{} frames", video.frames);
    assert_eq!(u64::from(video.last[0]) + 1, video.frames, "the frames came in order, none left out");

    renegotiate(&mut pair, None);
    let off = pair.peer.statistics();
    assert!(off.video[0].frames <= video.frames + 2, "{} after {}", off.video[0].frames, video.frames);
    assert!(off.heard.frames > on.heard.frames + 40 && off.heard.silent == 0, "{:?}", off.heard);
    assert!(pair.line.offer_video(None).is_none(), "it is off already");
}
