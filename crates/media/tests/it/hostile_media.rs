//! Media that nobody of the call sealed: nothing of it is forwarded, nothing is answered, and the call goes on.

use std::time::Duration;

use offhook_media::{EngineEvent, Side};

use crate::hostile::from;
use crate::wire::{Datagram, Weather};
use crate::world::{BUSINESS, CONSUMER, World, address};

#[test]
fn packets_of_another_call_go_nowhere() {
    let former = World::talking(401, Weather::FAIR);
    let captured = media(&former);
    // The same call id, the same addresses, the same numbers: only the keys are others.
    let mut world = World::talking(402, Weather::FAIR);
    for datagram in &captured {
        assert!(world.inject(datagram).is_empty());
    }
    let stats = world.engine.totals().legs;
    assert_eq!(stats.refused, captured.len() as u64);
    assert_unharmed(world);
}

#[test]
fn packets_of_the_call_go_nowhere_however_much_later_they_come_again() {
    let mut world = World::talking(403, Weather::FAIR);
    let captured = media(&world);
    for _ in 0..6 {
        world.run(Duration::from_secs(10));
        for datagram in &captured {
            assert!(world.inject(datagram).is_empty());
        }
    }
    assert_eq!(world.engine.totals().legs.replayed, 6 * captured.len() as u64);
    assert_unharmed(world);
}

#[test]
fn packets_of_a_leg_that_was_replaced_go_nowhere() {
    let mut world = World::talking(404, Weather::FAIR);
    let captured: Vec<_> = media(&world).into_iter().filter(|datagram| datagram.src == CONSUMER).collect();
    let address = address([198, 51, 100, 77], 10_077);
    let before = world.states(Side::Consumer).len();
    world.replace(Side::Consumer, address);
    world.talk(Side::Consumer);
    world.run(Duration::from_secs(3));
    assert!(world.states(Side::Consumer).len() >= before + 3, "connected again");
    let refused = world.stats(Side::Consumer).refused;
    for datagram in &captured {
        assert!(world.inject(&from(address, datagram.contents.clone())).is_empty());
    }
    assert_eq!(world.stats(Side::Consumer).refused - refused, captured.len() as u64);
    assert_unharmed(world);
}

#[test]
fn media_that_is_not_sealed_goes_nowhere_in_any_state_of_the_leg() {
    let mut world = World::new(405, Weather::FAIR);
    let ssrc = world.consumer.ssrc();
    let plain = plain_media(ssrc, world.consumer.payload_type());
    // Before the first check, through the handshake, and after it.
    for _ in 0..60 {
        for contents in &plain {
            assert!(world.inject(&from(CONSUMER, contents.clone())).is_empty(), "{contents:?}");
        }
        world.run(Duration::from_millis(10));
    }
    let mut world = world.settled();
    for contents in &plain {
        assert!(world.inject(&from(CONSUMER, contents.clone())).is_empty(), "{contents:?}");
    }
    let stats = world.stats(Side::Consumer);
    assert!(stats.early > 0 && stats.refused > plain.len() as u64, "{stats:?}");
    assert_unharmed(world);
}

#[test]
fn stubs_of_rtcp_go_nowhere() {
    let mut world = World::talking(406, Weather::FAIR);
    let sealed = media(&world).into_iter().rfind(|datagram| matches!(datagram.contents[1], 192..=223));
    let sealed = sealed.expect("parties report every second").contents;
    let mut sent = 0;
    for kind in 192..=223 {
        for len in 2..=48 {
            let mut stub = sealed.clone();
            stub.resize(len, 0);
            stub[1] = kind;
            for encrypted in [0, 0x80] {
                let flag_at = stub.len().saturating_sub(4);
                stub[flag_at.max(2) % len] |= encrypted;
                assert!(world.inject(&from(CONSUMER, stub.clone())).is_empty(), "{stub:?}");
                sent += 1;
            }
        }
    }
    let stats = world.stats(Side::Consumer);
    assert_eq!(stats.refused + stats.replayed, sent);
    assert_unharmed(world);
}

#[test]
fn a_flood_of_forged_packets_in_new_streams_takes_no_room_of_true_ones() {
    let mut world = World::talking(407, Weather::FAIR);
    let sealed = media(&world).pop().expect("it talked").contents;
    for ssrc in 0..10_000_u32 {
        let mut forged = sealed.clone();
        forged[8..12].copy_from_slice(&ssrc.to_be_bytes());
        assert!(world.inject(&from(CONSUMER, forged)).is_empty());
    }
    assert_unharmed(world);
}

/// Both parties go on hearing each other, whole, and no leg is lost.
fn assert_unharmed(mut world: World) {
    let heard = [Side::Business, Side::Consumer].map(|side| world.party(side).heard.len());
    world.run(Duration::from_secs(2));
    for (side, heard) in [Side::Business, Side::Consumer].into_iter().zip(heard) {
        let more = world.party(side).heard.len() - heard;
        assert!((98..=102).contains(&more), "{side:?} heard {more} packets in two seconds");
    }
    let ends = |event: &EngineEvent| matches!(event, EngineEvent::Lost { .. } | EngineEvent::Failed { .. });
    assert!(!world.events.iter().any(|(_, event)| ends(event)), "{:?}", world.events);
}

/// RTP and RTCP that reached the server.
fn media(world: &World) -> Vec<Datagram> {
    let sent = world.to_server.iter().map(|(_, datagram)| datagram.clone());
    let media: Vec<_> = sent.filter(|datagram| matches!(datagram.contents[0], 128..=191)).collect();
    assert!(media.len() > 90 && media.iter().any(|datagram| datagram.src == BUSINESS));
    media
}

/// RTP and RTCP as it would be without protection, about the party's own stream and others.
fn plain_media(ssrc: u32, payload_type: u8) -> Vec<Vec<u8>> {
    let mut plain = Vec::new();
    for ssrc in [ssrc, ssrc ^ 1, 0] {
        for payload_type in [payload_type, 0, 127] {
            for padding in [0, 0x20] {
                let header =
                    [&[0x80 | padding, payload_type, 0xFE, 0x10, 0, 0, 0, 1], &ssrc.to_be_bytes()[..]].concat();
                plain.extend([header.clone(), [&header[..], &[0x78; 120]].concat()]);
            }
        }
        let report = |count: u8, kind: u8, words: &[u32]| {
            let body = words.iter().flat_map(|word| word.to_be_bytes());
            [0x80 | count, kind, 0, words.len() as u8 + 1].into_iter().chain(ssrc.to_be_bytes()).chain(body).collect()
        };
        plain.extend([
            report(0, 201, &[]),
            report(0, 200, &[0; 5]),
            report(1, 203, &[]),
            report(1, 206, &[ssrc]),
            report(1, 205, &[ssrc, 0xFFFF_FFFF]),
            // As if sealed, without the E flag and with it.
            report(0, 201, &[0, 0, 0, 0, 1]),
            report(0, 201, &[0, 0, 0, 0, 0x8000_0001]),
        ]);
    }
    plain
}
