//! What is told of each leg: each figure is that of the leg's own way, not of the whole one.

use std::time::Duration;

use offhook_call::{DtlsStatistics, LegStatistics, PathStatistics, Spread, TrackLabel, TrackStatistics};
use offhook_media::{Side, Transport};
use str0m::config::DtlsVersion;
use str0m::media::KeyframeRequestKind;

use crate::party::Habits;
use crate::video::FAR_CAMERA;
use crate::video_feedback::filming;
use crate::wire::{Datagram, Weather};
use crate::world::{BUSINESS, CONSUMER, SERVER, World, address};

#[test]
fn a_loss_is_told_of_the_leg_where_it_happened() {
    let mut world = World::talking(301, Weather::FAIR);
    let (mut to_server, mut to_consumer) = (0, 0);
    world.wire.loses = Some(Box::new(move |datagram: &Datagram| {
        let nth = |count: &mut u32, of| {
            *count += 1;
            (*count).is_multiple_of(of)
        };
        datagram.rtp_ssrc().is_some()
            && ((datagram.src == BUSINESS && nth(&mut to_server, 10))
                || (datagram.dst == CONSUMER && nth(&mut to_consumer, 20)))
    }));
    world.run(Duration::from_secs(40));
    let [business, consumer] = both(&world);

    let expected = f64::from(world.business.said) / 10.0;
    assert!((business.lost_in as f64 - expected).abs() < 8.0, "{} of {expected}", business.lost_in);
    assert!(business.loss_ratio_in().is_some_and(|ratio| (0.09..0.11).contains(&ratio)), "{business:?}");
    assert_eq!((business.lost_out, consumer.lost_in), (Some(0), 0));
    let ratio = consumer.loss_ratio_out().expect("the consumer reports");
    assert!((0.04..0.055).contains(&ratio), "{ratio}: {consumer:?}");
    assert!(consumer.reported_out > 1_900, "nearly all of 40 s: {}", consumer.reported_out);
}

#[test]
fn packets_that_come_late_are_no_loss() {
    let weather = Weather { jitter: Duration::from_millis(45), ..Weather::FAIR };
    let mut world = World::talking(302, weather);
    world.run(Duration::from_secs(20));
    for leg in both(&world) {
        assert!(leg.lost_in <= 2, "what is under way: {}", leg.lost_in);
        assert!(leg.lost_out.is_some_and(|lost| lost <= 3), "{:?}", leg.lost_out);
    }
}

#[test]
fn jitter_is_what_the_way_adds() {
    let still = World::talking(303, Weather::FAIR);
    for Spread { max_us, .. } in both(&still).iter().filter_map(|leg| leg.jitter_in) {
        assert!(max_us < 100, "{max_us}");
    }
    // Two delays that are evenly spread over 12 ms differ by a third of that on average.
    let weather = Weather { jitter: Duration::from_millis(12), ..Weather::FAIR };
    let mut world = World::talking(304, weather);
    world.run(Duration::from_secs(30));
    for leg in both(&world) {
        let jitter = leg.jitter_in.expect("audio came");
        assert!((3_600..4_400).contains(&jitter.mean_us), "{jitter:?}");
        assert!((jitter.mean_us..12_000).contains(&jitter.max_us) && jitter.last_us > 1_000, "{jitter:?}");
        let reported = leg.jitter_out.expect("the party reports");
        assert!((4_000..8_000).contains(&reported.mean_us), "over both ways: {reported:?}");
    }
}

#[test]
fn the_round_trip_is_that_between_the_server_and_the_party() {
    let mut world = World::new(305, Weather::FAIR);
    world.wire.farther.push((CONSUMER, Duration::from_millis(60)));
    let mut world = world.settled();
    world.run(Duration::from_secs(15));
    let [business, consumer] = both(&world).map(|leg| leg.round_trip.expect("sender reports were answered"));
    assert!((19_000..22_000).contains(&business.mean_us) && business.max_us < 25_000, "{business:?}");
    assert!((139_000..142_000).contains(&consumer.mean_us) && consumer.last_us > 138_000, "{consumer:?}");
}

#[test]
fn a_leg_tells_how_it_was_connected() {
    for (version, name) in [(DtlsVersion::Dtls12, "1.2"), (DtlsVersion::Dtls13, "1.3")] {
        let habits = Habits { dtls: version, ..Habits::default() };
        let world = World::with_habits(306, Weather::FAIR, &habits, &habits).settled();
        for (leg, remote) in both(&world).iter().zip([BUSINESS, CONSUMER]) {
            let profile = "SRTP_AEAD_AES_256_GCM".to_owned();
            assert_eq!(leg.dtls, Some(DtlsStatistics { version: name.to_owned(), srtp_profile: profile }));
            assert_eq!(leg.path, Some(PathStatistics { local: SERVER, remote, transport: Transport::Udp }));
            let connected = leg.connected_us.expect("it is connected");
            assert!((30_000..100_000).contains(&connected), "some ways of 10 ms each: {connected}");
            let first = leg.first_packet_us.expect("it talks");
            assert!((connected..leg.lasted_us).contains(&first), "{first} of {}", leg.lasted_us);
            assert_eq!(leg.opened_us_ago, leg.lasted_us);
            assert_eq!((leg.path_changes, leg.ice_restarts), (0, 0));
            assert_eq!(leg.tracks, [track(TrackLabel::DefaultAudio, &["opus"], &["opus"])]);
        }
    }
}

#[test]
fn a_leg_that_nobody_connected_to_has_no_figures() {
    let mut world = World::new(307, Weather::FAIR);
    world.wire.cut_off.push(CONSUMER);
    world.run(Duration::from_secs(5));
    let [_, consumer] = both(&world);
    assert_eq!((consumer.connected_us, consumer.first_packet_us, consumer.path), (None, None, None));
    assert_eq!(consumer.dtls, None);
    assert_eq!((consumer.loss_ratio_in(), consumer.loss_ratio_out()), (None, None));
    assert_eq!((consumer.jitter_in, consumer.jitter_out, consumer.round_trip), (None, None, None));
    assert_eq!(consumer.tracks, [track(TrackLabel::DefaultAudio, &["opus"], &[])]);
}

#[test]
fn a_path_that_changed_is_told_and_counted() {
    let mut world = World::talking(308, Weather::FAIR);
    let moved = address([198, 51, 100, 77], 20_000);
    world.consumer.outside = moved;
    world.run(Duration::from_secs(10));
    let [business, consumer] = both(&world);
    assert_eq!((consumer.path.map(|path| path.remote), consumer.path_changes), (Some(moved), 1));
    assert_eq!(business.path_changes, 0);
}

#[test]
fn a_path_is_told_after_the_party_took_its_leave() {
    let mut world = World::talking(309, Weather::FAIR);
    world.business.rtc.close().expect("it can be closed");
    let now = world.now;
    world.business.handle_time(now).into_iter().for_each(|datagram| world.wire.send(now, datagram));
    world.run(Duration::from_millis(200));
    let [business, _] = both(&world);
    assert_eq!(business.path.map(|path| path.remote), Some(BUSINESS));
}

#[test]
fn tracks_key_frames_and_events_are_told_as_negotiated_and_as_seen() {
    let mut world = filming(310);
    for kind in [KeyframeRequestKind::Pli, KeyframeRequestKind::Fir] {
        world.consumer.ask_for_key_frame(FAR_CAMERA, kind);
        world.run(Duration::from_secs(1));
    }
    let [business, consumer] = both(&world);
    assert_eq!((consumer.key_frame_requests, business.key_frame_requests), (2, 0));
    let camera = business.tracks.iter().find(|track| track.label == TrackLabel::DefaultVideo).expect("it films");
    assert_eq!(camera.seen, ["VP8"]);
    assert!(camera.negotiated.contains(&"VP8".to_owned()), "{camera:?}");

    let habits = Habits { events: Some((126, 8_000)), ..Habits::default() };
    let mut world = World::with_habits(311, Weather::FAIR, &habits, &habits).settled();
    let negotiated = ["opus", "telephone-event"];
    assert_eq!(both(&world)[0].tracks, [track(TrackLabel::DefaultAudio, &negotiated, &["opus"])]);
    let now = world.now;
    world.business.write(now, 126, 1_000_000, true, &[5, 10, 0, 160]);
    world.run(Duration::from_millis(200));
    assert_eq!(both(&world)[0].tracks, [track(TrackLabel::DefaultAudio, &negotiated, &negotiated)]);
}

#[test]
fn a_replaced_leg_keeps_its_figures() {
    let mut world = World::talking(312, Weather::FAIR);
    world.run(Duration::from_secs(1));
    let before = both(&world)[1].clone();
    world.replace(Side::Consumer, address([198, 51, 100, 3], 10_003));
    world.run(Duration::from_secs(3));
    world.talk(Side::Consumer);
    world.run(Duration::from_secs(2));

    let [business, former, present] = &world.statistics()[..] else { panic!("three legs") };
    assert_eq!([business, former, present].map(|leg| leg.number), [1, 2, 3]);
    assert_eq!([former, present].map(|leg| leg.side), [Side::Consumer; 2]);
    assert_eq!(
        (former.packets_in, former.lasted_us, &former.path),
        (before.packets_in, before.lasted_us, &before.path)
    );
    assert_eq!(former.opened_us_ago, business.opened_us_ago, "both were opened at the beginning");
    assert_eq!(present.lasted_us, 5_000_000);
    assert!((90..=100).contains(&present.packets_in), "{}", present.packets_in);
}

#[test]
fn of_very_many_legs_the_newest_are_kept() {
    let mut world = World::new(313, Weather::FAIR);
    for number in 0..20 {
        world.replace(Side::Consumer, address([198, 51, 100, 3], 11_000 + number));
    }
    let numbers: Vec<_> = world.statistics().iter().map(|leg| leg.number).collect();
    assert_eq!(numbers, [1, 14, 15, 16, 17, 18, 19, 20, 21, 22]);
}

/// The legs of a call in which none was replaced.
fn both(world: &World) -> [LegStatistics; 2] {
    let legs = world.statistics();
    legs.try_into().expect("a leg of each side")
}

fn track(label: TrackLabel, negotiated: &[&str], seen: &[&str]) -> TrackStatistics {
    let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    TrackStatistics { label, negotiated: owned(negotiated), seen: owned(seen) }
}
