//! Addresses and names in an offer are nothing to the server: it learns where a peer is from its checks alone.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use offhook_media::Side;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::negotiation::{fixtures, local, negotiate};
use crate::party::{Habits, Party};
use crate::wire::Weather;
use crate::world::{BUSINESS, CONSUMER, SERVER, World, address};

#[test]
fn an_offer_means_the_same_wherever_it_points() {
    for (name, offer) in fixtures() {
        let bare = without_addresses(&offer);
        let [as_it_is, without, hostile] = [&offer, &bare, &pointing_at_victims(&bare)]
            .map(|offer| negotiate(offer, &local(), &mut ChaCha8Rng::seed_from_u64(1)).expect(&name));
        for other in [without, hostile] {
            assert_eq!(other.leg, as_it_is.leg, "{name}");
            assert_eq!((&other.answer, &other.offer), (&as_it_is.answer, &as_it_is.offer), "{name}");
        }
    }
}

#[test]
fn nothing_is_sent_to_an_address_that_only_an_offer_names() {
    let mut world = World::new(431, Weather::FAIR);
    for side in [Side::Business, Side::Consumer] {
        let address = if side == Side::Business { BUSINESS } else { CONSUMER };
        let mut party = Party::new(address, world.now, &Habits::default());
        party.offer = pointing_at_victims(&without_addresses(&party.offer));
        *world.party(side) = party;
        world.negotiate(side);
    }
    let mut world = world.settled();
    world.run(Duration::from_secs(10));
    // A NAT in between, and the other party's device changes.
    world.consumer.outside = address([198, 51, 100, 77], 10_002);
    world.run(Duration::from_secs(10));
    world.close();
    assert!(world.consumer.heard.len() > 900, "the call works");

    let mut checked: HashSet<SocketAddr> = HashSet::new();
    let mut arrived = world.to_server.iter().peekable();
    for (sent_at, sent) in &world.from_server {
        while let Some((_, datagram)) = arrived.next_if(|(at, _)| at <= sent_at) {
            checked.extend(datagram.is_stun().then_some(datagram.src));
        }
        assert!(checked.contains(&sent.dst), "sent to {} before a check came from there", sent.dst);
        assert_eq!(sent.src, SERVER);
    }
    assert_eq!(checked.len(), 3);
}

/// The offer without candidates and with addresses that are none.
fn without_addresses(offer: &str) -> String {
    let named = ["a=candidate", "a=end-of-candidates", "a=rtcp:", "a=remote-candidates", "c="];
    offer.split_inclusive('\n').filter(|line| !named.iter().any(|name| line.starts_with(name))).collect()
}

/// The offer with the addresses and names of others wherever there is a place for one.
fn pointing_at_victims(offer: &str) -> String {
    let connection = "c=IN IP4 192.0.2.99\r\n";
    let of_section = [
        "a=rtcp:53 IN IP4 192.0.2.99",
        "a=candidate:1 1 udp 2130706431 192.0.2.99 53 typ host",
        "a=candidate:2 1 udp 2130706431 127.0.0.1 22 typ host",
        "a=candidate:3 1 udp 2130706431 169.254.169.254 80 typ srflx raddr 10.0.0.1 rport 9",
        "a=candidate:4 1 tcp 1518280447 192.0.2.99 443 typ host tcptype passive",
        "a=candidate:5 1 udp 2130706431 ::1 53 typ host",
        "a=candidate:6 1 udp 2130706431 victim.example 53 typ host",
        "a=candidate:7 1 udp 2130706431 4f1a2b3c-0000-4000-8000-000000000000.local 9 typ host",
    ];
    let of_section: String = of_section.iter().map(|line| format!("{line}\r\n")).collect();
    let (head, sections) = offer.split_at(offer.find("m=").expect("a section"));
    let mut pointing = format!("{head}{connection}");
    for section in sections.split_inclusive('\n') {
        pointing.push_str(section);
        if section.starts_with("m=") {
            pointing.push_str(connection);
            pointing.push_str(&of_section);
        }
    }
    pointing
}
