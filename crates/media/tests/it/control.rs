//! What a party's own stack measures is the other end, not the relay.

use std::time::Duration;

use offhook_media::{LegState, Side};
use str0m::rtp::rtcp::Rtcp;

use crate::wire::Weather;
use crate::world::World;

#[test]
fn round_trip_and_loss_are_those_of_the_whole_way() {
    let weather = Weather { loss: 0.05, delay: Duration::from_millis(25), ..Weather::FAIR };
    let mut world = World::talking(41, weather);
    world.run(Duration::from_secs(20));
    for side in [Side::Business, Side::Consumer] {
        let heard = world.party(side.other()).heard.len();
        let said = world.party(side).said;
        let egress = world.party(side).egress.clone().expect("statistics every second");
        let round_trip = egress.rtt.expect("reports came back").as_millis();
        assert!((98..=104).contains(&round_trip), "four times 25 ms, not {round_trip}");
        let remote = egress.remote.expect("reports came back");
        let behind = 65_000 + u64::from(said) - *remote.maximum_sequence_number;
        assert!(behind < 120, "in the sender's own numbers, {behind} behind");
        let lost = f64::from(said) - heard as f64;
        assert!((remote.packets_lost as f64 - lost).abs() < 20.0, "{} reported, {lost} lost", remote.packets_lost);
    }
}

#[test]
fn reports_are_mapped_after_the_change_to_the_offers_section_too() {
    let mut world = World::talking(42, Weather::FAIR);
    world.offer_sent(Side::Consumer);
    world.take_offer(Side::Consumer);
    world.run(Duration::from_secs(5));
    world.business.reports.clear();
    world.run(Duration::from_secs(5));
    let ssrc = world.business.ssrc();
    let about: Vec<u32> = world.business.reports.iter().flat_map(reported).collect();
    assert!(about.len() >= 4 && about.iter().all(|reported| *reported == ssrc), "{about:?} about {ssrc}");
    let round_trip = world.business.egress.clone().and_then(|egress| egress.rtt).expect("reports came back");
    assert!((38..=44).contains(&round_trip.as_millis()), "{round_trip:?}");
}

#[test]
fn sender_reports_speak_in_the_streams_own_time() {
    let mut world = World::talking(43, Weather::FAIR);
    world.consumer.reports.clear();
    world.run(Duration::from_secs(5));
    let ssrc = world.leg(Side::Consumer).audio.ssrc_a;
    let senders = world.consumer.reports.iter().filter_map(|report| match report {
        Rtcp::SenderReport(report) => Some(report.sender_info),
        _ => None,
    });
    let senders: Vec<_> = senders.collect();
    assert!(senders.len() >= 4);
    assert!(senders.iter().all(|sender| *sender.ssrc == ssrc));
    let last = world.consumer.heard.last().expect("it hears").timestamp;
    let reported = senders.last().expect("reports came").rtp_time.numer() as u32;
    assert!(last.wrapping_sub(reported) < 2 * 48_000, "{last} and {reported} are of one clock");
}

#[test]
fn a_goodbye_reaches_the_other_end_in_its_own_terms() {
    let mut world = World::talking(44, Weather::FAIR);
    world.business.rtc.close().expect("it can be closed");
    let now = world.now;
    for datagram in world.business.handle_time(now) {
        world.wire.send(now, datagram);
    }
    world.run(Duration::from_millis(200));
    let ssrc = world.leg(Side::Consumer).audio.ssrc_a;
    let goodbye = world.consumer.reports.iter().any(|report| match report {
        Rtcp::Goodbye(goodbye) => goodbye.reports.iter().any(|of| **of == ssrc),
        _ => false,
    });
    assert!(goodbye, "{:?}", world.consumer.reports.last());
    assert_eq!(world.states(Side::Business).last(), Some(&LegState::Closed));
}

pub(crate) fn reported(report: &Rtcp) -> Vec<u32> {
    match report {
        Rtcp::ReceiverReport(report) => report.reports.iter().map(|block| *block.ssrc).collect(),
        Rtcp::SenderReport(report) => report.reports.iter().map(|block| *block.ssrc).collect(),
        _ => Vec::new(),
    }
}
