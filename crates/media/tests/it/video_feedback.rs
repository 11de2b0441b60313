//! What a party says about the video that it gets reaches the other party in its own terms.

use std::time::Duration;

use offhook_media::Side;
use str0m::bwe::Bitrate;
use str0m::media::KeyframeRequestKind;
use str0m::rtp::rtcp::Rtcp;

use crate::film::{AV1, Numbers, VP8};
use crate::video::{CAMERA, CAMERA_MID, FAR_CAMERA, FAR_SCREEN, SCREEN, SCREEN_MID, habits, talking};
use crate::wire::Weather;
use crate::world::World;

#[test]
fn requests_for_key_frames_reach_the_sender_of_the_track() {
    let mut world = filming(200);
    for (far, mid) in [(FAR_CAMERA, CAMERA_MID), (FAR_SCREEN, SCREEN_MID)] {
        for kind in [KeyframeRequestKind::Pli, KeyframeRequestKind::Fir] {
            world.business.asked.clear();
            world.consumer.ask_for_key_frame(far, kind);
            world.run(Duration::from_secs(1));
            let asked: Vec<_> = world.business.asked.iter().map(|(_, mid)| mid.to_string()).collect();
            assert_eq!(asked, [mid], "{kind:?}");
        }
    }
}

/// A sender takes a command with the number of the last one for the same (RFC 5104 section 4.3.1.2).
#[test]
fn commands_of_another_device_are_new_ones() {
    let mut world = filming(207);
    for round in 0..2 {
        let far = [FAR_CAMERA, FAR_SCREEN];
        far.iter().for_each(|far| world.consumer.ask_for_key_frame(far, KeyframeRequestKind::Fir));
        world.run(Duration::from_secs(1));
        if round == 0 {
            let (video, habits) = (world.leg(Side::Consumer).video.clone(), habits(Numbers::CONSUMER));
            world.replace_with(Side::Consumer, crate::world::address([198, 51, 100, 3], 10_003), &habits);
            world.consumer.watch(FAR_CAMERA, CAMERA.far_ssrc, None);
            world.consumer.watch(FAR_SCREEN, SCREEN.far_ssrc, None);
            world.update(Side::Consumer, |leg| leg.video = video);
            world.run(Duration::from_secs(5));
        }
    }
    let commands = world.business.reports.iter().flat_map(|report| match report {
        Rtcp::Fir(fir) => fir.reports.iter().map(|entry| (*entry.ssrc, entry.seq_no)).collect(),
        _ => Vec::new(),
    });
    let commands: Vec<(u32, u8)> = commands.collect();
    for ssrc in [CAMERA.ssrc, SCREEN.ssrc] {
        let numbers: Vec<u8> = commands.iter().filter(|(of, _)| *of == ssrc).map(|(_, number)| *number).collect();
        assert!(numbers.len() == 2 && numbers[0] != numbers[1], "{commands:?}");
    }
}

#[test]
fn losses_are_reported_in_the_senders_numbers() {
    let mut world = filming(201);
    world.wire.weather.loss = 0.05;
    world.run(Duration::from_secs(3));
    let missed: Vec<(u32, u16)> = world.business.reports.iter().flat_map(missed).collect();
    assert!(missed.len() > 5, "{missed:?}");
    let newest = world.business.camera(CAMERA_MID).last_sequence() as u16;
    for (ssrc, sequence) in missed {
        assert!([CAMERA.ssrc, SCREEN.ssrc].contains(&ssrc), "{ssrc}");
        assert!(newest.wrapping_sub(sequence) < 1_000, "{sequence} was sent before {newest}");
    }
}

#[test]
fn estimates_of_the_receiver_name_the_senders_streams() {
    let mut world = filming(202);
    let mut api = world.consumer.rtc.direct_api();
    let stream = api.stream_rx_by_mid(FAR_CAMERA.into(), None).expect("it watches");
    stream.request_remb(Bitrate::kbps(700));
    world.run(Duration::from_secs(1));
    let estimates = world.business.reports.iter().filter_map(|report| match report {
        Rtcp::Remb(remb) => Some((remb.bitrate, remb.ssrcs[0])),
        _ => None,
    });
    let (bitrate, ssrc) = *estimates.collect::<Vec<_>>().last().expect("it arrived");
    assert!((690_000.0..710_000.0).contains(&f64::from(bitrate)), "{bitrate}");
    assert_eq!(ssrc, CAMERA.ssrc);
}

#[test]
fn the_way_is_measured_from_end_to_end() {
    let mut world = filming(203);
    world.wire.weather.loss = 0.02;
    world.run(Duration::from_secs(5));
    let numbers: Vec<u16> = world.consumer.heard.iter().filter_map(|packet| packet.transport_sequence).collect();
    assert!(numbers.len() > 500);
    let reported = world.business.reports.iter().filter_map(|report| match report {
        Rtcp::Twcc(feedback) => Some((*feedback.ssrc, u32::from(feedback.base_seq) + u32::from(feedback.status_count))),
        _ => None,
    });
    let reported: Vec<(u32, u32)> = reported.collect();
    assert!(reported.len() > 20, "{reported:?}");
    let newest = u32::from(*numbers.last().expect("many"));
    assert!(reported.last().is_some_and(|(_, end)| end.abs_diff(newest) < 200), "{reported:?} {newest}");
    let ssrcs = [world.business.ssrc(), CAMERA.ssrc, CAMERA.ssrc + 1, SCREEN.ssrc, SCREEN.ssrc + 1];
    assert!(reported.iter().all(|(ssrc, _)| ssrcs.contains(ssrc)), "{reported:?}");
}

#[test]
fn reports_keep_each_stream_apart() {
    let mut world = filming(204);
    world.run(Duration::from_secs(3));
    for (mid, ssrc) in [(FAR_CAMERA, CAMERA.far_ssrc), (FAR_SCREEN, SCREEN.far_ssrc)] {
        let last = world.consumer.heard.iter().rfind(|packet| packet.mid == mid.into()).expect("it is seen");
        let mut times = world.consumer.reports.iter().filter_map(|report| match report {
            Rtcp::SenderReport(report) if *report.sender_info.ssrc == ssrc => Some(report.sender_info.rtp_time),
            _ => None,
        });
        let time = times.next_back().expect("its sender reports").numer() as u32;
        assert!((last.timestamp.wrapping_sub(time) as i32).abs() < 2 * 90_000, "{time} is of the stream's time");
    }
    let about: Vec<u32> = world.business.reports.iter().flat_map(crate::control::reported).collect();
    for ssrc in [CAMERA.ssrc, SCREEN.ssrc, world.business.ssrc()] {
        assert!(about.iter().filter(|reported| **reported == ssrc).count() >= 2, "{ssrc} in {about:?}");
    }
    let round_trip = world.business.egress.clone().and_then(|egress| egress.rtt).expect("reports came back");
    assert!((38..=44).contains(&round_trip.as_millis()), "{round_trip:?}");
}

#[test]
fn a_receiver_that_begins_to_see_gets_a_key_frame_at_once_and_one_at_its_first_report() {
    let mut world = filming(205);
    world.update(Side::Consumer, |leg| leg.video.outgoing[0].on = false);
    world.run(Duration::from_secs(3));
    world.business.asked.clear();
    world.update(Side::Consumer, |leg| leg.video.outgoing[0].on = true);
    let on_at = world.now;
    world.run(Duration::from_millis(100));
    let asked: Vec<_> = world.business.asked.iter().map(|(_, mid)| mid.to_string()).collect();
    assert_eq!(asked, [CAMERA_MID], "only the track that was switched on");

    world.offer_delivered(Side::Consumer);
    world.run(Duration::from_secs(10));
    let asked: Vec<_> = world.business.asked.iter().filter(|(_, mid)| *mid == CAMERA_MID.into()).collect();
    assert!((2..=3).contains(&asked.len()), "{asked:?} since {on_at:?}");
    assert!(asked.windows(2).all(|pair| pair[1].0 - pair[0].0 >= Duration::from_millis(490)), "{asked:?}");
}

#[test]
fn a_receiver_that_connects_later_gets_a_key_frame_then() {
    let mut world = filming(206);
    let address = crate::world::address([198, 51, 100, 3], 10_003);
    let video = world.leg(Side::Consumer).video.clone();
    world.business.asked.clear();
    world.replace(Side::Consumer, address);
    world.update(Side::Consumer, |leg| leg.video = video);
    assert!(world.business.asked.is_empty());
    world.run(Duration::from_secs(2));
    assert!(world.business.asked.iter().any(|(_, mid)| *mid == CAMERA_MID.into()));
}

/// The business sends its camera and a screen; the consumer sends nothing.
pub(crate) fn filming(seed: u64) -> World {
    let mut world = talking(seed, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.film(Side::Business, SCREEN, AV1);
    world.run(Duration::from_secs(2));
    world.business.reports.clear();
    world.consumer.reports.clear();
    world
}

fn missed(report: &Rtcp) -> Vec<(u32, u16)> {
    match report {
        Rtcp::Nack(nack) => nack.reports.iter().map(|entry| (*nack.ssrc, entry.pid)).collect(),
        _ => Vec::new(),
    }
}
