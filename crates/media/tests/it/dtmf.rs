//! Keys pressed on one side arrive on the other, in its payload type and clock (RFC 4733).

use std::time::Duration;

use offhook_media::Side;

use crate::party::{Habits, Heard};
use crate::wire::Weather;
use crate::world::World;

const KEY_5: u8 = 5;

#[test]
fn events_arrive_in_the_other_legs_payload_type_and_clock() {
    for (business, consumer) in
        [((110, 48_000), (101, 48_000)), ((110, 48_000), (126, 8_000)), ((97, 8_000), (101, 8_000))]
    {
        let mut world = call(Some(business), Some(consumer));
        for (from, own, other) in [(Side::Business, business, consumer), (Side::Consumer, consumer, business)] {
            press(&mut world, from, own);
            let heard = events(&mut world, from.other(), other.0);
            assert_eq!(heard.len(), 8, "five while it lasts, three of its end");
            assert!(heard[0].marker && heard[1..].iter().all(|packet| !packet.marker));
            assert!(heard.iter().all(|packet| packet.timestamp == heard[0].timestamp && packet.payload[0] == KEY_5));
            let durations: Vec<u16> = heard.iter().map(duration).collect();
            let unit = (other.1 / 50) as u16;
            assert_eq!(durations, [1, 2, 3, 4, 5, 5, 5, 5].map(|units| units * unit), "{own:?} to {other:?}");
            assert!(heard[5..].iter().all(|packet| packet.payload[1] & 0x80 != 0), "the end is told three times");
        }
        assert_in_sequence(&world);
    }
}

#[test]
fn events_that_the_other_leg_does_not_know_leave_no_gap() {
    let mut world = call(Some((110, 48_000)), None);
    press(&mut world, Side::Business, (110, 48_000));
    world.run(Duration::from_secs(1));
    assert!(world.consumer.heard.iter().all(|heard| heard.payload_type == 111));
    assert_in_sequence(&world);
    assert_eq!(world.consumer.ingress.clone().and_then(|ingress| ingress.loss), Some(0.0));
}

fn call(business: Option<(u8, u32)>, consumer: Option<(u8, u32)>) -> World {
    let (business, consumer) =
        (Habits { events: business, ..Habits::default() }, Habits { events: consumer, ..Habits::default() });
    World::with_habits(51, Weather::FAIR, &business, &consumer).settled()
}

/// 100 ms of a key in place of audio, as a phone sends it.
fn press(world: &mut World, side: Side, (payload_type, rate): (u8, u32)) {
    world.party(side).next_frame = None;
    world.run(Duration::from_millis(20));
    let began = 1_000_000;
    for packet in 1..=8 {
        let units = packet.min(5) * (rate / 50);
        let end = if packet > 5 { 0x80 } else { 0 };
        let payload = [KEY_5, end | 10, (units >> 8) as u8, units as u8];
        let now = world.now;
        world.party(side).write(now, payload_type, began, packet == 1, &payload);
        world.run(Duration::from_millis(20));
    }
    world.talk(side);
    world.run(Duration::from_millis(500));
}

fn events(world: &mut World, side: Side, payload_type: u8) -> Vec<Heard> {
    world.party(side).heard.iter().filter(|heard| heard.payload_type == payload_type).cloned().collect()
}

fn duration(event: &Heard) -> u16 {
    u16::from_be_bytes([event.payload[2], event.payload[3]])
}

/// Audio and events are one stream.
fn assert_in_sequence(world: &World) {
    for party in [&world.business, &world.consumer] {
        assert!(party.heard.windows(2).all(|pair| pair[1].sequence == pair[0].sequence + 1));
    }
}
