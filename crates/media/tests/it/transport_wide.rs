//! Transport-wide congestion control (draft-holmer-rmcat-transport-wide-cc-extensions-01): what a sender is told about
//! its packets is true, whatever the relay does with them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use offhook_media::Side;
use str0m::rtp::rtcp::{Rtcp, Twcc};

use crate::film::{AV1, Numbers, VP8};
use crate::party::{Habits, Party};
use crate::video::{CAMERA, CAMERA_MID, FAR_CAMERA, SCREEN, SCREEN_MID, numbers, talking};
use crate::wire::Weather;
use crate::world::{BUSINESS, World, address};

#[test]
fn what_the_relay_keeps_is_no_loss_to_its_sender() {
    let mut world = filming(300);
    world.update(Side::Consumer, |leg| leg.video.outgoing[1].on = false);
    world.run(Duration::from_secs(1));
    assert_all_arrived(&mut world, Duration::from_secs(5));
    world.update(Side::Business, |leg| leg.video.incoming[1].on = false);
    world.update(Side::Consumer, |leg| leg.video.outgoing[1].on = true);
    world.run(Duration::from_secs(1));
    assert_all_arrived(&mut world, Duration::from_secs(5));
    world.update(Side::Business, |leg| leg.video.incoming[1].on = true);
    world.run(Duration::from_secs(1));
    assert_all_arrived(&mut world, Duration::from_secs(5));
}

#[test]
fn what_the_network_loses_is_reported_beside_what_the_relay_keeps() {
    let mut world = filming(301);
    world.update(Side::Consumer, |leg| leg.video.outgoing[1].on = false);
    world.run(Duration::from_secs(1));
    world.wire.weather.loss = 0.05;
    world.business.reports.clear();
    world.run(Duration::from_secs(20));
    let (statuses, lost) = totals(&world.business);
    // A packet of the camera has two halves of the way to get lost on, one of the screen the first alone.
    let rate = lost as f64 / statuses as f64;
    assert!(statuses > 2_000 && (0.05..0.11).contains(&rate), "{lost} of {statuses}");
}

#[test]
fn a_new_device_is_told_about_its_own_packets_and_the_receiver_sees_one_numbering() {
    let mut world = filming(302);
    let video = world.leg(Side::Business).video.clone();
    let habits = Habits { video: Some(Numbers::BUSINESS), ..Habits::default() };
    let second = address([198, 51, 100, 7], 10_007);
    world.replace_with(Side::Business, second, &habits);
    let replaced = world.now;
    world.update(Side::Business, |leg| leg.video = video);
    world.run_until(Duration::from_secs(15), |world| world.business.rtc.is_connected());
    let now = world.now;
    world.business.film(now, CAMERA_MID, (CAMERA.ssrc, CAMERA.ssrc + 1), numbers(Side::Business).payload_type(VP8));
    world.run(Duration::from_secs(10));
    let sent = sent_numbers(&world, second, replaced);
    let told: BTreeSet<u16> = feedback(&world.business).flat_map(covered).collect();
    assert!(sent.len() > 900 && told.len() > 850, "{} sent, {} told", sent.len(), told.len());
    assert!(told.is_subset(&sent), "{:?} were never sent", told.difference(&sent).collect::<Vec<_>>());
    assert_eq!(totals(&world.business).1, 0, "nothing was lost");
    let seen: Vec<u16> = world.consumer.heard.iter().filter_map(|packet| packet.transport_sequence).collect();
    assert!(seen.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1)), "one numbering, without a gap");
}

#[test]
fn the_two_streams_of_one_voice_are_not_counted() {
    let mut world = filming(303);
    world.offer_sent(Side::Consumer);
    world.run(Duration::from_secs(1));
    assert_all_arrived(&mut world, Duration::from_secs(5));
}

#[test]
fn without_the_extension_on_either_leg_no_number_and_no_feedback_goes_through() {
    for side in [Side::Business, Side::Consumer] {
        let mut world = filming(304);
        world.update(side, |leg| leg.video.extensions.transport_wide_cc = None);
        world.run(Duration::from_secs(1));
        world.business.reports.clear();
        let before = world.consumer.heard.len();
        world.run(Duration::from_secs(3));
        let heard = &world.consumer.heard[before..];
        assert!(heard.iter().filter(|packet| packet.mid == FAR_CAMERA.into()).count() > 250, "the pictures go on");
        assert!(heard.iter().all(|packet| packet.transport_sequence.is_none()));
        assert_eq!(feedback(&world.business).count(), 0, "{side:?}");
        let about: Vec<u32> = world.business.reports.iter().flat_map(crate::control::reported).collect();
        assert!(about.contains(&CAMERA.ssrc), "reception is reported all the same");
    }
}

/// The business sends its camera and a screen; the consumer sends nothing.
fn filming(seed: u64) -> World {
    let mut world = talking(seed, Weather::FAIR);
    world.film(Side::Business, CAMERA, VP8);
    world.film(Side::Business, SCREEN, AV1);
    world.run(Duration::from_secs(2));
    assert!(world.business.cameras.iter().any(|camera| camera.mid == SCREEN_MID.into()));
    world
}

/// For so long, the sender is told that everything arrived, in its own numbers.
fn assert_all_arrived(world: &mut World, time: Duration) {
    world.business.reports.clear();
    let (since, before) = (world.now - Duration::from_secs(1), world.now);
    world.run(time);
    let sent = sent_numbers(world, BUSINESS, since);
    let told: BTreeSet<u16> = feedback(&world.business).flat_map(covered).collect();
    let newly_sent = sent_numbers(world, BUSINESS, before).len();
    // What the relay keeps between two reports of the receiver may stand in none of them.
    assert!(3 * told.len() > 2 * newly_sent && newly_sent > 400, "{} of {newly_sent} were told about", told.len());
    assert!(told.is_subset(&sent));
    let (statuses, lost) = totals(&world.business);
    assert_eq!(lost, 0, "of {statuses}");
}

fn feedback(party: &Party) -> impl Iterator<Item = &Twcc> {
    party.reports.iter().filter_map(|report| if let Rtcp::Twcc(feedback) = report { Some(feedback) } else { None })
}

/// How many packets the party was told about, and how many of them did not arrive.
fn totals(party: &Party) -> (usize, usize) {
    feedback(party).fold((0, 0), |(statuses, lost), feedback| {
        let count = usize::from(feedback.status_count);
        (statuses + count, lost + count - feedback.delta.len())
    })
}

fn covered(feedback: &Twcc) -> impl Iterator<Item = u16> + use<> {
    let base = feedback.base_seq;
    (0..feedback.status_count).map(move |at| base.wrapping_add(at))
}

/// The transport-wide numbers that went from there to the server.
fn sent_numbers(world: &World, from: SocketAddr, since: Instant) -> BTreeSet<u16> {
    let packets = world.to_server.iter().filter(|(at, datagram)| *at >= since && datagram.src == from);
    let id = Numbers::BUSINESS.transport_wide_cc;
    packets.filter_map(|(_, datagram)| Some(u16::from_be_bytes(datagram.rtp_extension(id)?.try_into().ok()?))).collect()
}
