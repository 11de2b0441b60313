//! A party's address changes, or belongs to somebody else now.

use std::net::SocketAddr;
use std::time::Duration;

use offhook_media::Side;

use crate::wire::Weather;
use crate::world::{BUSINESS, CONSUMER, World, address};

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
