//! Video goes from one party to the other, section by section, whatever the network does.

use std::collections::BTreeSet;
use std::time::Duration;

use offhook_call::TrackLabel;
use offhook_media::{Side, VideoCodec, VideoExtensions, VideoIn, VideoOut};

use str0m::rtp::VideoOrientation;

use crate::film::{AV1, H264, Numbers, PACKETS, VP8, VP9, number};
use crate::party::Habits;
use crate::wire::Weather;
use crate::world::World;

#[test]
fn every_codec_goes_both_ways_packet_by_packet() {
    for (seed, codec) in [VP8, VP9, H264, AV1].into_iter().enumerate() {
        let mut world = talking(100 + seed as u64, Weather::FAIR);
        for side in SIDES {
            world.film(side, CAMERA, codec);
        }
        world.run(Duration::from_secs(3));
        for side in SIDES {
            let payload_type = numbers(side).payload_type(codec);
            let (sent, party) = (world.party(side.other()).camera(CAMERA_MID).sent, world.party(side));
            let seen = party.seen(FAR_CAMERA);
            let expected: Vec<u32> = (0..seen.len() as u32).collect();
            assert_eq!(seen.iter().map(|(_, number)| *number).collect::<Vec<_>>(), expected, "{codec:?} {side:?}");
            assert!(seen.len() as u32 + 2 * PACKETS >= sent && sent > 250, "{} of {sent}", seen.len());
            let mut packets = party.heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into());
            assert!(packets.all(|packet| packet.payload_type == payload_type));
        }
    }
}

#[test]
fn times_markers_and_orientation_are_the_senders() {
    let mut world = talking(110, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.run(Duration::from_secs(2));
    let seen: Vec<_> = world.consumer.heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into()).collect();
    assert!(seen.len() > 150);
    for pair in seen.windows(2) {
        let (last, next) = (number(pair[0]), number(pair[1]));
        let step = if last % PACKETS + 1 == PACKETS { 3_600 } else { 0 };
        assert_eq!(pair[1].timestamp.wrapping_sub(pair[0].timestamp), step, "{last} {next}");
        assert_eq!(pair[0].marker, last % PACKETS + 1 == PACKETS);
        assert_eq!(pair[0].orientation, Some(VideoOrientation::Deg90));
        assert!(pair[0].sent_at.is_some(), "abs-send-time goes along");
    }
}

#[test]
fn what_is_lost_on_either_half_of_the_way_is_repaired_from_end_to_end() {
    for seed in 0..3 {
        let mut world = talking(120 + seed, Weather { delay: Duration::from_millis(10), ..Weather::FOUL });
        for side in SIDES {
            world.film(side, CAMERA, VP8);
        }
        world.run(Duration::from_secs(10));
        for side in SIDES {
            world.party(side).camera(CAMERA_MID).next_frame = None;
        }
        world.run(Duration::from_secs(2));
        for side in SIDES {
            let sent = world.party(side.other()).camera(CAMERA_MID).sent;
            let seen = world.party(side).seen(FAR_CAMERA);
            let different: BTreeSet<u32> = seen.iter().map(|(_, number)| *number).collect();
            let got = different.len() as f64 / f64::from(sent);
            assert!(got > 0.985, "seed {seed}: {side:?} saw {got} of {sent}, of which one in ten was lost at first");
            let in_order = seen.windows(2).all(|pair| pair[0].1 < pair[1].1);
            assert!(in_order, "seed {seed}: a repaired packet stands in its own place");
        }
    }
}

#[test]
fn camera_and_screen_go_side_by_side() {
    let mut world = talking(130, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.run(Duration::from_secs(1));
    world.film(Side::Business, SCREEN, AV1);
    world.run(Duration::from_secs(2));
    let (camera, screen) = (world.consumer.seen(FAR_CAMERA), world.consumer.seen(FAR_SCREEN));
    assert!(camera.len() > 250 && (150..camera.len()).contains(&screen.len()));
    for seen in [camera, screen] {
        let numbers: Vec<u32> = seen.iter().map(|(_, number)| *number).collect();
        assert_eq!(numbers, (0..numbers.len() as u32).collect::<Vec<_>>());
    }
    assert_eq!(world.stats(Side::Business).unwanted, 0);
}

#[test]
fn a_track_that_is_off_at_either_end_is_not_forwarded_and_comes_back_without_a_gap() {
    let mut world = talking(140, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.run(Duration::from_secs(2));
    let off_at_sender = |world: &mut World, on| world.update(Side::Business, |leg| leg.video.incoming[0].on = on);
    let off_at_receiver = |world: &mut World, on| world.update(Side::Consumer, |leg| leg.video.outgoing[0].on = on);
    for switch in [off_at_sender, off_at_receiver] {
        switch(&mut world, false);
        world.run(Duration::from_millis(50));
        let before = world.consumer.seen(FAR_CAMERA).len();
        world.run(Duration::from_secs(1));
        assert_eq!(world.consumer.seen(FAR_CAMERA).len(), before);
        switch(&mut world, true);
        world.run(Duration::from_secs(1));
        assert!(world.consumer.seen(FAR_CAMERA).len() > before + 80);
    }
    let mut seen: Vec<_> = world.consumer.heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into()).collect();
    seen.sort_by_key(|packet| packet.sequence);
    assert!(seen.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1), "no loss to repair");
    for pair in seen.windows(2) {
        let (step, paused) = (pair[1].timestamp.wrapping_sub(pair[0].timestamp), pair[1].at - pair[0].at);
        let expected = paused.as_millis() as u32 * 90;
        assert!(step.abs_diff(expected) < 90 * 25, "the stream's time goes on: {step} in {paused:?}");
    }
}

#[test]
fn a_new_ssrc_continues_the_stream() {
    let mut world = talking(150, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.run(Duration::from_secs(1));
    for ssrc in [0x1111, 0x2222, 0x3333] {
        let before = world.consumer.seen(FAR_CAMERA).len();
        world.business.change_ssrc(CAMERA_MID, ssrc);
        world.run(Duration::from_secs(1));
        assert!(world.consumer.seen(FAR_CAMERA).len() > before + 80);
    }
    let seen: Vec<_> = world.consumer.heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into()).collect();
    assert!(seen.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1), "one sequence");
    let steps = seen.windows(2).map(|pair| pair[1].timestamp.wrapping_sub(pair[0].timestamp));
    assert!(steps.into_iter().all(|step| step < 5_400), "one clock");
}

#[test]
fn a_codec_that_the_other_party_does_not_have_is_left_out_without_a_gap() {
    let mut world = talking(160, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.update(Side::Consumer, |leg| leg.video.outgoing[0].formats.retain(|format| format.codec != AV1));
    for codec in [VP8, AV1, VP9] {
        world.business.camera(CAMERA_MID).payload_type = numbers(Side::Business).payload_type(codec);
        world.run(Duration::from_secs(1));
    }
    let seen: Vec<_> = world.consumer.heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into()).collect();
    assert!((180..220).contains(&seen.len()), "{}", seen.len());
    assert!(seen.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
}

pub(crate) fn talking(seed: u64, weather: Weather) -> World {
    World::with_habits(seed, weather, &habits(Numbers::BUSINESS), &habits(Numbers::CONSUMER)).settled()
}

pub(crate) fn habits(numbers: Numbers) -> Habits {
    Habits { video: Some(numbers), ..Habits::default() }
}

pub(crate) fn numbers(side: Side) -> Numbers {
    match side {
        Side::Business => Numbers::BUSINESS,
        Side::Consumer => Numbers::CONSUMER,
    }
}

impl World {
    /// The side's track is switched on, and the other side sees it.
    pub(crate) fn film(&mut self, side: Side, track: Track, codec: VideoCodec) {
        let (now, payload_type) = (self.now, numbers(side).payload_type(codec));
        self.party(side).film(now, track.mid, (track.ssrc, track.ssrc + 1), payload_type);
        self.party(side.other()).watch(track.far_mid, track.far_ssrc, Some(track.far_ssrc + 1));
        self.update(side.other(), |leg| {
            leg.video.extensions = numbers(side.other()).extensions();
            leg.video.outgoing.push(VideoOut {
                label: track.label,
                mid: track.far_mid.into(),
                ssrc: track.far_ssrc,
                rtx_ssrc: Some(track.far_ssrc + 1),
                formats: numbers(side.other()).formats(),
                on: true,
            });
        });
        self.update(side, |leg| {
            leg.video.extensions = numbers(side).extensions();
            leg.video.incoming.push(VideoIn {
                label: track.label,
                mid: track.mid.into(),
                ssrcs: vec![track.ssrc],
                rtx_ssrcs: vec![track.ssrc + 1],
                formats: numbers(side).formats(),
                on: true,
            });
        });
    }
}

impl Numbers {
    fn extensions(&self) -> VideoExtensions {
        VideoExtensions {
            mid: Some(self.mid),
            transport_wide_cc: Some(self.transport_wide_cc),
            abs_send_time: Some(self.abs_send_time),
            orientation: Some(self.orientation),
            ..VideoExtensions::default()
        }
    }
}

/// A track of either party: its own section, and the one of the server's offer for the other party.
#[derive(Clone, Copy)]
pub(crate) struct Track {
    label: TrackLabel,
    mid: &'static str,
    pub(crate) ssrc: u32,
    far_mid: &'static str,
    pub(crate) far_ssrc: u32,
}

pub(crate) const CAMERA_MID: &str = "cam";
pub(crate) const SCREEN_MID: &str = "scr";
pub(crate) const FAR_CAMERA: &str = "farcam";
pub(crate) const FAR_SCREEN: &str = "farscr";
pub(crate) const CAMERA: Track =
    Track { label: TrackLabel::DefaultVideo, mid: CAMERA_MID, ssrc: 7_000, far_mid: FAR_CAMERA, far_ssrc: 8_000 };
pub(crate) const SCREEN: Track =
    Track { label: TrackLabel::ScreenVideo, mid: SCREEN_MID, ssrc: 7_010, far_mid: FAR_SCREEN, far_ssrc: 8_010 };
const SIDES: [Side; 2] = [Side::Business, Side::Consumer];
