//! A leg that does not connect, or falls silent, is lost when the contract says, and once.

use std::time::Duration;

use offhook_media::{EngineEvent, Fingerprint, Lost, Side};

use crate::hostile::{check, from};
use crate::wire::{Datagram, Weather};
use crate::world::{BUSINESS, CONSUMER, World, address};

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
fn media_alone_keeps_a_leg() {
    let mut world = World::talking(28, Weather::FAIR);
    // The party's own stack would give up later.
    world.wire.loses = Some(Box::new(|datagram| datagram.is_stun()));
    let (checked_last, _) = world.to_server.iter().rev().find(|(_, sent)| sent.is_stun()).expect("it connected");
    let checked_last = *checked_last;
    world.run(Duration::from_secs(40));
    assert!(world.to_server.iter().all(|(at, sent)| *at <= checked_last || !sent.is_stun()));
    assert_eq!(losses(&world), 0, "{:?}", world.events);
}

#[test]
fn what_is_not_authentic_keeps_no_leg() {
    let mut world = World::talking(29, Weather::FAIR);
    let leg = world.leg(Side::Business).clone();
    let captured: Vec<Datagram> = world.to_server.iter().map(|(_, datagram)| datagram.clone()).collect();
    let not_stun = captured.into_iter().filter(|datagram| datagram.src == BUSINESS && !datagram.is_stun());
    let mut hostile: Vec<Datagram> = not_stun.collect();
    let username = format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag);
    hostile.push(from(BUSINESS, check(&username, "another password")));
    hostile.push(from(BUSINESS, check(&username, &leg.remote_ice.pwd)));
    hostile.push(from(BUSINESS, vec![0x80, 201, 0, 1, 0, 0, 0, 1]));
    world.wire.cut_off.push(BUSINESS);
    let cut = world.now;
    while world.lost(Side::Business).is_none() {
        assert!(world.now - cut < Duration::from_secs(31), "it lives");
        world.run(Duration::from_secs(1));
        hostile.iter().for_each(|datagram| drop(world.inject(datagram)));
    }
    assert_eq!(world.lost(Side::Business).map(|(_, lost)| lost), Some(Lost::Silent));
}

#[test]
fn a_peer_that_fell_silent_is_sent_nothing_until_it_checks_again() {
    let mut world = World::talking(30, Weather::FAIR);
    let [business, consumer] = [Side::Business, Side::Consumer].map(|side| own_check(&world, side));
    let elsewhere = address([198, 51, 100, 1], 20_001);
    world.inject(&from(elsewhere, business.clone()));
    world.wire.cut_off.extend([BUSINESS, elsewhere]);
    world.run_until(Duration::from_secs(40), |world| world.lost(Side::Business).is_some());
    let lost_at = world.now;
    let sent_to = |world: &World, place| {
        let sent = world.from_server.iter().filter(|(at, datagram)| *at > lost_at && datagram.dst == place);
        sent.count()
    };
    world.run(Duration::from_secs(10));
    assert_eq!(sent_to(&world, BUSINESS) + sent_to(&world, elsewhere), 0, "while the other party goes on talking");
    // One of its addresses belongs to somebody else now.
    world.inject(&from(elsewhere, consumer));
    world.run(Duration::from_secs(1));
    assert_eq!(sent_to(&world, BUSINESS), 0);
    world.inject(&from(BUSINESS, business));
    world.run(Duration::from_secs(1));
    assert!(sent_to(&world, BUSINESS) > 45);
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

/// A check as the side's peer makes it.
fn own_check(world: &World, side: Side) -> Vec<u8> {
    let leg = world.leg(side);
    check(&format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag), &leg.local_ice.pwd)
}

fn losses(world: &World) -> usize {
    world.events.iter().filter(|(_, event)| matches!(event, EngineEvent::Lost { .. })).count()
}
