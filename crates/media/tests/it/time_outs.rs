//! A leg that does not connect, or falls silent, is lost when the contract says, and once.

use std::time::Duration;

use offhook_media::{EngineEvent, Fingerprint, Lost, Side};

use crate::wire::Weather;
use crate::world::{BUSINESS, CONSUMER, World};

#[test]
fn a_leg_that_never_connects_is_lost_after_20_s() {
    let mut world = World::new(21, Weather::FAIR);
    world.wire.cut_off.push(CONSUMER);
    let opened = world.now;
    world.run(Duration::from_secs(60));
    let (at, lost) = world.lost(Side::Consumer).expect("lost");
    assert_eq!((at - opened, lost), (Duration::from_secs(20), Lost::NeverConnected));
    assert_eq!(world.lost(Side::Business), None);
    assert_eq!(losses(&world), 1);
}

#[test]
fn a_leg_whose_dtls_is_held_up_is_lost_after_20_s() {
    let mut world = World::new(22, Weather::FAIR);
    let opened = world.now;
    world.run_until(Duration::from_secs(5), |world| !world.states(Side::Consumer).is_empty());
    world.wire.cut_off.push(CONSUMER);
    world.run(Duration::from_secs(60));
    let (at, lost) = world.lost(Side::Consumer).expect("lost");
    assert_eq!((at - opened, lost), (Duration::from_secs(20), Lost::NeverConnected));
}

#[test]
fn a_connected_leg_is_lost_after_30_s_of_silence() {
    let mut world = World::talking(23, Weather::FAIR);
    let last = world.to_server.iter().rev().find(|(_, datagram)| datagram.src == BUSINESS).expect("it talked").0;
    world.wire.cut_off.push(BUSINESS);
    world.run(Duration::from_secs(90));
    let (at, lost) = world.lost(Side::Business).expect("lost");
    assert_eq!(lost, Lost::Silent);
    let silence = at - last;
    // What was underway when the line was cut still came.
    assert!(silence >= Duration::from_secs(30) && silence <= Duration::from_millis(30_020), "{silence:?}");
    assert_eq!(world.lost(Side::Consumer), None);
    assert_eq!(losses(&world), 1);
}

#[test]
fn checks_alone_keep_a_leg() {
    let mut world = World::talking(24, Weather::FAIR);
    world.business.next_frame = None;
    world.consumer.next_frame = None;
    world.run(Duration::from_secs(120));
    assert_eq!(losses(&world), 0, "{:?}", world.events);
}

#[test]
fn a_certificate_that_the_offer_did_not_announce_never_connects() {
    let mut world = World::new(25, Weather::FAIR);
    let mut leg = world.leg(Side::Consumer).clone();
    leg.fingerprints = vec![Fingerprint::Sha256([7; 32]), Fingerprint::Sha512([7; 64])];
    world.reopen(Side::Consumer, leg);
    world.run(Duration::from_secs(5));
    assert_eq!(world.lost(Side::Consumer).map(|(_, lost)| lost), Some(Lost::FingerprintMismatch));
    assert!(!world.is_connected(Side::Consumer));
    world.talk(Side::Business);
    world.talk(Side::Consumer);
    world.run(Duration::from_secs(1));
    assert_eq!((world.business.heard.len(), world.consumer.heard.len()), (0, 0));
    assert!(world.stats(Side::Business).packets_in > 40 && world.stats(Side::Consumer).early > 40);
    world.run(Duration::from_secs(30));
    assert_eq!(losses(&world), 1);
}

#[test]
fn a_minute_in_which_the_server_was_stopped_is_no_silence() {
    let mut world = World::talking(26, Weather::FAIR);
    world.sleep(Duration::from_secs(60));
    world.run(Duration::from_secs(20));
    assert_eq!(losses(&world), 0, "{:?}", world.events);
    world.wire.cut_off.push(CONSUMER);
    world.run(Duration::from_secs(40));
    assert_eq!(world.lost(Side::Consumer).map(|(_, lost)| lost), Some(Lost::Silent), "and it listens again");
}

#[test]
fn a_minute_in_which_the_server_was_stopped_is_no_time_to_connect() {
    let mut world = World::new(27, Weather::FAIR);
    world.wire.cut_off.push(CONSUMER);
    world.run(Duration::from_secs(10));
    world.sleep(Duration::from_secs(60));
    let woke = world.now;
    world.run(Duration::from_secs(30));
    let (at, lost) = world.lost(Side::Consumer).expect("lost");
    assert_eq!((at - woke, lost), (Duration::from_secs(10), Lost::NeverConnected));
}

fn losses(world: &World) -> usize {
    world.events.iter().filter(|(_, event)| matches!(event, EngineEvent::Lost { .. })).count()
}
