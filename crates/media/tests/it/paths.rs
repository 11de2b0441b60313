//! A party's address changes, or belongs to somebody else now.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use is::stun::StunMessage;
use offhook_media::{Remote, Side};

use crate::party::Habits;
use crate::wire::{Datagram, Weather};
use crate::world::{BUSINESS, CONSUMER, SERVER, SERVER_TCP, SERVER_V6, World, address, address_v6};

#[test]
fn a_new_nat_mapping_is_followed_within_one_check() {
    for moved in [address([198, 51, 100, 2], 20_000), address([198, 51, 100, 77], 10_002)] {
        let mut world = World::talking(11, Weather::FAIR);
        world.consumer.outside = moved;
        let moved_at = world.now;
        world.run(Duration::from_secs(10));

        let checked_at = world.to_server.iter().find(|(_, datagram)| datagram.src == moved && datagram.is_stun());
        let (checked_at, _) = checked_at.expect("the consumer checks");
        let resumed = world.consumer.heard.iter().find(|heard| heard.at > moved_at + world.wire.weather.delay);
        let resumed = resumed.expect("the consumer hears again");
        assert!(resumed.at <= *checked_at + Duration::from_millis(35), "{:?}", resumed.at - *checked_at);

        // Both ways, and without a new connection.
        let since = *checked_at + Duration::from_millis(50);
        for party in [&world.consumer, &world.business] {
            let heard = party.heard.iter().filter(|heard| heard.at > since).count();
            assert!(heard as u128 >= (world.now - since).as_millis() / 20 - 1);
        }
        assert_eq!(world.states(Side::Consumer).len(), 3);
    }
}

#[test]
fn nothing_is_sent_to_an_address_before_it_is_checked() {
    let mut world = World::talking(12, Weather::FAIR);
    let moved = address([198, 51, 100, 2], 20_000);
    world.consumer.outside = moved;
    world.run(Duration::from_secs(10));
    let (checked_at, _) =
        world.to_server.iter().find(|(_, datagram)| datagram.src == moved && datagram.is_stun()).expect("a check");
    let (sent_at, _) = world.from_server.iter().find(|(_, datagram)| datagram.dst == moved).expect("an answer");
    assert!(sent_at >= checked_at);
}

#[test]
fn an_address_that_another_party_took_over_is_theirs() {
    let mut world = World::talking(13, Weather::FAIR);
    // The consumer's NAT mapping goes to the business, whose own one is gone; the consumer gets a third one.
    world.consumer.outside = address([198, 51, 100, 2], 30_000);
    world.business.outside = CONSUMER;
    world.run(Duration::from_secs(10));
    let since = world.now;
    world.run(Duration::from_secs(2));
    for (party, own) in [(&world.business, "business"), (&world.consumer, "consumer")] {
        let heard = party.heard.iter().filter(|heard| heard.at > since).count();
        assert!(heard >= 98, "{own} heard {heard}");
    }
    let to_business: Vec<SocketAddr> =
        world.from_server.iter().filter(|(at, _)| *at > since).map(|(_, datagram)| datagram.dst).collect();
    assert!(!to_business.contains(&BUSINESS), "nobody is there any more");
}

#[test]
fn a_move_from_ipv4_to_ipv6_is_followed_within_one_check() {
    let mut world = World::talking(14, Weather::FAIR);
    let moved = address_v6(2, 20_000);
    world.wire.cut_off.push(CONSUMER);
    let (now, moved_at) = (world.now, world.now);
    world.consumer.add_address(now, moved);
    world.run(Duration::from_secs(10));
    assert_resumed_with(&world, |datagram| datagram.src == moved && datagram.dst == SERVER_V6, moved_at);
}

#[test]
fn a_move_from_udp_to_tcp_and_back_is_followed_within_one_check() {
    let mut world = World::with_habits(15, Weather::FAIR, &Habits::default(), &reaching_by_tcp()).settled();
    assert!(is_sent_to_consumer_by(&world, SERVER), "UDP is preferred");

    cut(&mut world, SERVER);
    let moved_at = world.now;
    world.run(Duration::from_secs(30));
    assert_resumed_with(&world, |datagram| datagram.src == CONSUMER && datagram.dst == SERVER_TCP, moved_at);
    assert!(is_sent_to_consumer_by(&world, SERVER_TCP));

    world.wire.loses = None;
    let back = address([198, 51, 100, 2], 10_003);
    let (now, moved_at) = (world.now, world.now);
    world.consumer.add_address(now, back);
    world.run(Duration::from_secs(10));
    assert_resumed_with(&world, |datagram| datagram.src == back && datagram.dst == SERVER, moved_at);
    assert!(is_sent_to_consumer_by(&world, SERVER));
    assert_eq!(
        world.states(Side::Consumer).len(),
        3,
        "one connection all the time: {:?}",
        world.states(Side::Consumer)
    );
}

#[test]
fn a_party_that_has_only_tcp_is_connected_and_left_when_its_connection_is_over() {
    let mut world = World::with_habits(16, Weather::FAIR, &Habits::default(), &reaching_by_tcp());
    cut(&mut world, SERVER);
    let mut world = world.settled();
    world.run(Duration::from_secs(2));
    assert!(world.consumer.heard.len() > 100 && world.business.heard.len() > 100);
    assert!(world.engine.knows(Remote::tcp(CONSUMER)));
    assert!(!world.engine.knows(Remote::udp(CONSUMER)), "the same address over UDP is another one");

    world.wire.cut_off.push(CONSUMER);
    world.engine.handle_disconnect(Remote::tcp(CONSUMER));
    assert!(!world.engine.knows(Remote::tcp(CONSUMER)));
    let since = world.now;
    world.run(Duration::from_secs(1));
    assert!(!world.from_server.iter().any(|(at, datagram)| *at > since && datagram.dst == CONSUMER));
}

#[test]
fn a_connection_that_is_over_leaves_the_party_its_other_path() {
    let mut world = World::with_habits(17, Weather::FAIR, &Habits::default(), &reaching_by_tcp());
    cut(&mut world, SERVER);
    let mut world = world.settled();
    let (now, udp) = (world.now, address([198, 51, 100, 2], 10_003));
    // Lower in priority than the connection to nobody, so the party comes back to UDP by itself.
    world.consumer.add_address(now, udp);
    world.run(Duration::from_secs(5));
    world.engine.handle_disconnect(Remote::tcp(CONSUMER));
    let since = world.now;
    world.run(Duration::from_secs(1));
    let heard = world.consumer.heard.iter().filter(|heard| heard.at > since).count();
    assert!(heard >= 48, "heard {heard}");
}

#[test]
fn candidates_that_come_late_or_never_are_not_needed() {
    for candidates in ["", DEAD_CANDIDATES] {
        let habits = Habits { candidates: Some(candidates), ..Habits::default() };
        let mut world = World::with_habits(18, Weather::FAIR, &habits, &habits).settled();
        world.run(Duration::from_secs(2));
        assert!(world.consumer.heard.len() > 100 && world.business.heard.len() > 100);
        let parties = [BUSINESS, CONSUMER];
        assert!(
            world.from_server.iter().all(|(_, datagram)| parties.contains(&datagram.dst)),
            "nobody else gets a byte"
        );
    }
}

#[test]
fn an_ice_restart_by_the_peer_is_heard_by_nobody() {
    let mut world = World::talking(19, Weather::FAIR);
    let before = world.leg(Side::Consumer).local_ice.clone();
    world.consumer.offer_ice_restart();
    world.negotiate(Side::Consumer);
    let after = world.leg(Side::Consumer).local_ice.clone();
    assert!(before.ufrag != after.ufrag && before.pwd != after.pwd);
    let restarted_at = world.now;
    world.run(Duration::from_secs(5));
    let mut checks = world.to_server.iter().filter(|(at, datagram)| *at > restarted_at && datagram.is_stun());
    let names_new = |datagram: &Datagram| datagram.contents.windows(8).any(|part| part == &after.ufrag.as_bytes()[..8]);
    assert!(checks.any(|(_, datagram)| names_new(datagram)), "the consumer checks with the new credentials");
    for party in [&world.consumer, &world.business] {
        let numbers = party.numbers(party.mid);
        assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "nothing is lost");
        assert!(numbers.len() > 290, "heard {}", numbers.len());
    }
    assert_eq!(world.states(Side::Consumer).len(), 3, "no new handshake");
}

#[test]
fn a_peer_that_restarts_ice_from_another_network_is_followed() {
    let mut world = World::talking(20, Weather::FAIR);
    let moved = address_v6(2, 20_000);
    world.wire.cut_off.push(CONSUMER);
    let (now, moved_at) = (world.now, world.now);
    world.consumer.add_address(now, moved);
    world.consumer.offer_ice_restart();
    world.negotiate(Side::Consumer);
    world.run(Duration::from_secs(10));
    assert_resumed_with(&world, |datagram| datagram.src == moved, moved_at);
    assert_eq!(world.states(Side::Consumer).len(), 3, "no new handshake");
}

/// The consumer hears again, and is heard, as soon as it has nominated a path that `is_new`.
fn assert_resumed_with(world: &World, is_new: impl Fn(&Datagram) -> bool, moved_at: Instant) {
    let nominates = |datagram: &Datagram| {
        let check = StunMessage::parse(&datagram.contents);
        check.is_ok_and(|check| check.is_binding_request() && check.use_candidate())
    };
    let mut checks = world.to_server.iter().filter(|(at, datagram)| *at > moved_at && is_new(datagram));
    let (checked_at, _) = checks.find(|(_, datagram)| nominates(datagram)).expect("the consumer moves");
    let one_way = world.wire.weather.delay;
    let (until, gap) = (*checked_at + 2 * one_way + Duration::from_millis(25), Duration::from_millis(25));
    for party in [&world.consumer, &world.business] {
        let heard: Vec<_> = party.heard.iter().map(|heard| heard.at).filter(|at| *at > *checked_at).collect();
        assert!(heard.first().is_some_and(|first| *first <= until), "{:?}", heard.first().map(|at| *at - *checked_at));
        assert!(heard.windows(2).all(|pair| pair[1] - pair[0] <= gap), "without a gap from then on");
    }
}

/// Nothing goes between the consumer's first address and this one of the server.
fn cut(world: &mut World, server: SocketAddr) {
    let ends = [(CONSUMER, server), (server, CONSUMER)];
    world.wire.loses = Some(Box::new(move |datagram| ends.contains(&(datagram.src, datagram.dst))));
}

fn is_sent_to_consumer_by(world: &World, server: SocketAddr) -> bool {
    let media = world
        .from_server
        .iter()
        .rev()
        .find(|(_, datagram)| [CONSUMER.ip()].contains(&datagram.dst.ip()) && datagram.rtp_ssrc().is_some());
    media.is_some_and(|(_, datagram)| datagram.src == server)
}

fn reaching_by_tcp() -> Habits {
    Habits { tcp: true, ..Habits::default() }
}

/// A name that only a local network resolves, an address where nobody is, and what nobody understands.
const DEAD_CANDIDATES: &str = "a=candidate:1 1 udp 2122260223 6b3f0c1e-4f9a-4a55-8b7d-3d8f0f3f9d11.local 54321 typ host\r\n\
                               a=candidate:2 1 udp 1686052607 192.0.2.99 9 typ srflx raddr 0.0.0.0 rport 0\r\n\
                               a=candidate:3 1 carrier-pigeon 1 192.0.2.98 9 typ host\r\n";
