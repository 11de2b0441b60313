//! What captured calls carry, without encryption.

use std::collections::HashMap;
use std::time::Duration;

use offhook_call::CallId;
use offhook_media::{Captured, Side};

use crate::wire::Weather;
use crate::world::{BUSINESS, CALL, CONSUMER, World};

fn captured(world: &mut World) -> Vec<Captured> {
    std::iter::from_fn(|| world.engine.poll_captured()).collect()
}

#[test]
fn packets_of_a_captured_call_are_told_both_ways_in_the_clear() {
    let mut world = World::talking(501, Weather::FAIR);
    world.run(Duration::from_secs(1));
    assert_eq!(captured(&mut world), [], "nobody asked");
    world.engine.capture(CALL, true);
    world.run(Duration::from_secs(6));
    let packets = captured(&mut world);
    let mut counts = HashMap::new();
    for Captured { call, side, from_party, path, packet, .. } in &packets {
        let address = if *side == Side::Business { BUSINESS } else { CONSUMER };
        assert_eq!((*call, path.remote, packet[0] >> 6), (CALL, address, 2));
        let is_rtcp = (192..224).contains(&packet[1]);
        *counts.entry((*side, *from_party, is_rtcp)).or_insert(0) += 1;
    }
    for side in [Side::Business, Side::Consumer] {
        for from_party in [true, false] {
            assert!(counts[&(side, from_party, false)] > 250, "{counts:?}");
            assert!(counts[&(side, from_party, true)] > 0, "{counts:?}");
        }
    }
    let payloads = |side, from_party| -> Vec<&[u8]> {
        let of = packets.iter().filter(|one| one.side == side && one.from_party == from_party);
        of.filter(|one| !(192..224).contains(&one.packet[1])).map(|one| payload(&one.packet)).collect()
    };
    let (said, heard) = (payloads(Side::Business, true), payloads(Side::Consumer, false));
    assert_eq!(said[..250], heard[..250], "what goes in comes out");
}

#[test]
fn a_capture_ends_when_it_is_told_to_and_with_its_bridge() {
    let mut world = World::new(502, Weather::FAIR);
    world.engine.capture(CallId([77; 32]), true);
    world.run(Duration::from_secs(1));
    let mut world = world.settled();
    assert_eq!(captured(&mut world), [], "another call is");
    world.engine.capture(CALL, true);
    world.run(Duration::from_secs(1));
    assert!(!captured(&mut world).is_empty());
    world.engine.capture(CALL, false);
    world.run(Duration::from_secs(1));
    assert_eq!(captured(&mut world), []);
}

/// Behind the header, its CSRCs and extensions (RFC 3550 section 5.1).
fn payload(packet: &[u8]) -> &[u8] {
    let fixed = 12 + 4 * usize::from(packet[0] & 0x0F);
    if packet[0] & 0x10 == 0 {
        return &packet[fixed..];
    }
    let words = u16::from_be_bytes([packet[fixed + 2], packet[fixed + 3]]);
    &packet[fixed + 4 + 4 * usize::from(words)..]
}
