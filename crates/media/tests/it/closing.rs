//! The server ends a call: the peers learn it from their DTLS association.

use std::time::Duration;

use offhook_media::Side;

use crate::party::Habits;
use crate::wire::Weather;
use crate::world::World;

#[test]
fn both_peers_learn_within_a_round_trip_that_the_server_closed() {
    for dtls in [str0m::config::DtlsVersion::Dtls12, str0m::config::DtlsVersion::Dtls13] {
        let habits = Habits { dtls, ..Habits::default() };
        let mut world = World::with_habits(91, Weather::FAIR, &habits, &habits).settled();
        assert!(world.business.rtc.is_alive() && world.consumer.rtc.is_alive());
        world.close();
        world.run(Duration::from_millis(500));
        assert!(!world.business.rtc.is_alive(), "{dtls:?}");
        assert!(!world.consumer.rtc.is_alive(), "{dtls:?}");
    }
}

#[test]
fn an_owner_that_stops_closes_every_call() {
    let mut world = World::talking(92, Weather::FAIR);
    world.close_all();
    world.run(Duration::from_millis(500));
    assert!(!world.business.rtc.is_alive() && !world.consumer.rtc.is_alive());
    assert_eq!(world.engine.legs().count(), 0);
}

#[test]
fn a_peer_that_never_came_is_sent_nothing() {
    let mut world = World::new(93, Weather::FAIR);
    world.close();
    assert!(world.from_server.is_empty());
}

#[test]
fn a_device_that_was_replaced_learns_it() {
    let mut world = World::talking(94, Weather::FAIR);
    let address = ([198, 51, 100, 77], 10_077).into();
    let mut former = world.replace(Side::Consumer, address);
    let (now, sent, address) = (world.now, world.take_sent(), former.outside);
    for datagram in sent.iter().filter(|datagram| datagram.dst == address) {
        former.handle_datagram(now, datagram);
    }
    assert!(!former.rtc.is_alive());
}

#[test]
fn legs_are_listed_with_how_they_were_lost() {
    let mut world = World::talking(95, Weather::FAIR);
    let listed = |world: &World| {
        let mut legs: Vec<_> = world.engine.legs().map(|(_, side, lost)| (side, lost)).collect();
        legs.sort_by_key(|(side, _)| *side);
        legs
    };
    assert_eq!(listed(&world), [(Side::Business, None), (Side::Consumer, None)]);
    world.wire.cut_off.push(world.business.outside);
    world.run(Duration::from_secs(40));
    let lost = world.lost(Side::Business).map(|(_, lost)| lost);
    assert!(lost.is_some());
    assert_eq!(listed(&world), [(Side::Business, lost), (Side::Consumer, None)]);
}
