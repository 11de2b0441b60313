//! Keys pressed on one side arrive on the other, in its payload type and clock (RFC 4733).

use std::time::Duration;

use offhook_call::LegEvent;
use offhook_media::Side;

use crate::party::{FRAME, Habits, Heard};
use crate::wire::Weather;
use crate::world::World;

const KEY_5: u8 = 5;

/// `telephone-event` as a party negotiates it: payload type and clock rate.
type Events = (u8, u32);

/// What the timestamps of a party's events count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// The audio's clock (RFC 4733 section 2.1).
    Audio,
    /// A clock of their own.
    Own,
}

const PAIRS: [(Events, Events); 4] = [
    ((110, 48_000), (101, 48_000)),
    ((110, 48_000), (126, 8_000)),
    ((126, 8_000), (110, 48_000)),
    ((97, 8_000), (101, 8_000)),
];

#[test]
fn events_arrive_in_the_other_legs_payload_type_and_clock() {
    for (business, consumer) in PAIRS {
        for base in [Base::Audio, Base::Own] {
            let mut world = call(Some(business), Some(consumer));
            for (from, own, other) in [(Side::Business, business, consumer), (Side::Consumer, consumer, business)] {
                if base == Base::Own && own.1 != 8_000 {
                    continue;
                }
                press(&mut world, from, own, base, Duration::from_millis(100));
                let heard = events(&mut world, from.other(), other.0);
                assert_eq!(heard.len(), 8, "five while it lasts, three of its end");
                assert!(heard[0].marker && heard[1..].iter().all(|packet| !packet.marker));
                assert!(
                    heard.iter().all(|packet| packet.timestamp == heard[0].timestamp && packet.payload[0] == KEY_5)
                );
                let durations: Vec<u16> = heard.iter().map(duration).collect();
                let unit = (other.1 / 50) as u16;
                assert_eq!(durations, [1, 2, 3, 4, 5, 5, 5, 5].map(|units| units * unit), "{own:?} to {other:?}");
                let key = LegEvent::Key { key: Some('5'), held_ms: 100 };
                assert_eq!(world.noted(from).iter().filter(|event| **event == key).count(), 1);
                assert!(heard[5..].iter().all(ends) && !heard[..5].iter().any(ends), "the end is told three times");
            }
            assert_in_sequence(&world);
        }
    }
}

#[test]
fn an_event_stands_in_the_audios_own_time() {
    for (business, consumer) in PAIRS {
        for base in [Base::Audio, Base::Own] {
            if base == Base::Own && business.1 != 8_000 {
                continue;
            }
            let mut world = call(Some(business), Some(consumer));
            press(&mut world, Side::Business, business, base, Duration::from_millis(100));
            let heard = &world.consumer.heard;
            let at = heard.iter().position(|packet| packet.payload_type == consumer.0).expect("the key arrived");
            let (before, event, after) = (&heard[at - 1], &heard[at], &heard[at + 8]);
            // On a clock of its own, an event says only by its arrival when it began.
            let tolerance = if base == Base::Audio { 0 } else { 960 };
            let (began, went_on) = (since(before, event), since(event, after));
            assert!(began.abs_diff(960) <= tolerance, "{business:?} to {consumer:?}, {base:?}: {began}");
            assert!(went_on.abs_diff(8 * 960) <= tolerance, "{business:?} to {consumer:?}, {base:?}: {went_on}");
        }
    }
}

#[test]
fn a_key_may_be_held_for_longer_than_a_duration_can_tell() {
    let time = Duration::from_secs(4);
    for (business, consumer) in PAIRS {
        let mut world = call(Some(business), Some(consumer));
        press(&mut world, Side::Business, business, Base::Audio, time);
        let heard = events(&mut world, Side::Consumer, consumer.0);
        let mut segments: Vec<&Heard> = Vec::new();
        for packet in &heard {
            match segments.last_mut() {
                Some(last) if last.timestamp == packet.timestamp => *last = packet,
                Some(_) | None => segments.push(packet),
            }
        }
        let ticks = consumer.1 / 50;
        let per_tick = 48_000 / consumer.1;
        for pair in segments.windows(2) {
            let ended = u32::from(duration(pair[0])) * per_tick;
            assert!(since(pair[0], pair[1]).abs_diff(ended) <= per_tick, "segments follow one another: {pair:?}");
            assert!(!ends(pair[0]) && !pair[1].marker, "the key is down: {pair:?}");
            // RFC 4733 section 2.5.1.3: the last report of a segment is of the longest duration.
            assert!(consumer.1 == 8_000 || duration(pair[0]) == u16::MAX, "{pair:?}");
        }
        let lasted: u32 = segments.iter().map(|segment| u32::from(duration(segment))).sum();
        let expected = time.as_millis() as u32 / 20 * ticks;
        assert!(lasted.abs_diff(expected) <= segments.len() as u32, "{business:?} to {consumer:?}: {lasted}");
        assert!(heard.iter().rev().take(3).all(ends) && heard.iter().filter(|packet| ends(packet)).count() == 3);
        assert!(heard.iter().filter(|packet| packet.marker).count() == 1);
        assert_in_sequence(&world);
    }
}

#[test]
fn events_that_the_other_leg_does_not_know_leave_no_gap() {
    let mut world = call(Some((110, 48_000)), None);
    press(&mut world, Side::Business, (110, 48_000), Base::Audio, Duration::from_millis(100));
    world.run(Duration::from_secs(1));
    assert!(world.consumer.heard.iter().all(|heard| heard.payload_type == 111));
    assert_in_sequence(&world);
    assert_eq!(world.consumer.ingress.clone().and_then(|ingress| ingress.loss), Some(0.0));
}

fn call(business: Option<Events>, consumer: Option<Events>) -> World {
    let (business, consumer) =
        (Habits { events: business, ..Habits::default() }, Habits { events: consumer, ..Habits::default() });
    World::with_habits(51, Weather::FAIR, &business, &consumer).settled()
}

/// A key in place of audio, as a phone sends it: a packet every 20 ms, the last one three times more as its end.
fn press(world: &mut World, side: Side, (payload_type, rate): Events, base: Base, time: Duration) {
    world.party(side).next_frame = None;
    world.run(FRAME);
    let began = if base == Base::Audio { world.party(side).clock() } else { 1_000_000 };
    let packets = (time.as_millis() / FRAME.as_millis()) as u32;
    let (mut told, mut number) = (0, 0);
    while number < packets + END_PACKETS {
        let units = (number + 1).min(packets) * (rate / 50);
        // What a duration cannot tell is a segment of its own, after a report of the longest one.
        let beyond = units - told > u32::from(u16::MAX);
        let reported = if beyond { u32::from(u16::MAX) } else { units - told };
        let end = if number >= packets { 0x80 } else { 0 };
        let payload = [KEY_5, end | 10, (reported >> 8) as u8, reported as u8];
        let timestamp = began.wrapping_add(told * if base == Base::Audio { 48_000 / rate } else { 1 });
        let now = world.now;
        world.party(side).write(now, payload_type, timestamp, number == 0, &payload);
        told += if beyond { u32::from(u16::MAX) } else { 0 };
        number += 1;
        world.run(FRAME);
    }
    world.talk(side);
    world.run(Duration::from_millis(500));
}

fn events(world: &mut World, side: Side, payload_type: u8) -> Vec<Heard> {
    world.party(side).heard.iter().filter(|heard| heard.payload_type == payload_type).cloned().collect()
}

fn since(first: &Heard, second: &Heard) -> u32 {
    second.timestamp.wrapping_sub(first.timestamp)
}

fn ends(event: &Heard) -> bool {
    event.payload[1] & 0x80 != 0
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

/// RFC 4733 section 2.5.1.4.
const END_PACKETS: u32 = 3;
