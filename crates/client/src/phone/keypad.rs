//! DTMF as telephone events (RFC 4733): keys pressed, and keys of the other party.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use str0m::media::{Frequency, TelephoneEvent};

use crate::audio::{FRAME_SAMPLES, FRAME_TIME};

/// A key: 0-9, `*`, `#`, A-D.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digit(u8);

/// A character that is on no keypad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digit is one of 0-9, *, #, A-D")]
pub struct InvalidDigit;

/// The keys in the order of their event codes (RFC 4733 section 3.2).
const KEYS: &[u8; 16] = b"0123456789*#ABCD";

impl TryFrom<char> for Digit {
    type Error = InvalidDigit;

    fn try_from(key: char) -> Result<Self, InvalidDigit> {
        let code = KEYS.iter().position(|&known| char::from(known) == key.to_ascii_uppercase()).ok_or(InvalidDigit)?;
        Ok(Self(u8::try_from(code).expect("sixteen keys")))
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", char::from(KEYS[usize::from(self.0)]))
    }
}

/// How long a key is held and the pause after it (the calling API's overview: 500 ms, 100 ms).
const HOLD: Duration = Duration::from_millis(500);
const PAUSE: Duration = Duration::from_millis(100);

const HOLD_TICKS: u32 = ticks(HOLD);
const PAUSE_TICKS: u32 = ticks(PAUSE);

/// The end is sent three times, in case two are lost (RFC 4733 section 2.5.1.4).
const END_TICKS: u32 = 3;

/// Tone power in -dBm0.
const VOLUME: u8 = 10;

/// Keys waiting to be sent; more are dropped.
const WAITING_MAX: usize = 64;

/// Presses keys one after the other, one packet a tick of 20 ms.
#[derive(Debug, Default)]
pub(super) struct Keypad {
    waiting: VecDeque<Digit>,
    pressed: Option<Pressed>,
}

#[derive(Debug, Clone, Copy)]
struct Pressed {
    digit: Digit,
    /// RTP time at which the key went down: that of all packets of the event.
    timestamp: u32,
    /// Ticks since, this one included.
    ticks: u32,
}

/// One packet of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EventPacket {
    pub(super) payload: [u8; 4],
    pub(super) timestamp: u32,
    /// The first packet of an event.
    pub(super) marker: bool,
}

impl Keypad {
    pub(super) fn press(&mut self, digit: Digit) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push_back(digit);
        }
    }

    /// The packet to send in place of audio at the RTP time `now`, if a key is down.
    pub(super) fn tick(&mut self, now: u32) -> Option<EventPacket> {
        let mut pressed = match self.pressed.take() {
            Some(pressed) => pressed,
            None => Pressed { digit: self.waiting.pop_front()?, timestamp: now, ticks: 0 },
        };
        pressed.ticks += 1;
        if pressed.ticks < HOLD_TICKS + PAUSE_TICKS {
            self.pressed = Some(pressed);
        }
        (pressed.ticks < HOLD_TICKS + END_TICKS).then(|| pressed.packet())
    }
}

impl Pressed {
    fn packet(self) -> EventPacket {
        let event = TelephoneEvent {
            event: self.digit.0,
            end: self.ticks >= HOLD_TICKS,
            volume: VOLUME,
            duration: FRAME_TIME * self.ticks.min(HOLD_TICKS),
        };
        let payload = event.to_bytes(Frequency::FORTY_EIGHT_KHZ).expect("500 ms fit in 16 bits at 48 kHz");
        EventPacket { payload, timestamp: self.timestamp, marker: self.ticks == 1 }
    }
}

/// Reads the other party's keys from one stream's events.
#[derive(Debug, Default)]
pub(super) struct KeyReader {
    /// RTP time of the event whose end was told last.
    told: Option<u32>,
}

impl KeyReader {
    /// A key that was released; its repeated ends are told once.
    pub(super) fn read(&mut self, timestamp: u32, payload: &[u8]) -> Option<(Digit, Duration)> {
        let event = TelephoneEvent::parse(payload, Frequency::FORTY_EIGHT_KHZ)?;
        let known = usize::from(event.event) < KEYS.len();
        if !event.end || !known || self.told == Some(timestamp) {
            return None;
        }
        self.told = Some(timestamp);
        Some((Digit(event.event), event.duration))
    }
}

const fn ticks(duration: Duration) -> u32 {
    (duration.as_millis() / FRAME_TIME.as_millis()) as u32
}

const _: () = assert!(FRAME_SAMPLES == 960, "an event's clock is that of 20 ms frames at 48 kHz");

#[cfg(test)]
mod tests {
    use super::*;

    fn digit(key: char) -> Digit {
        Digit::try_from(key).unwrap()
    }

    /// (tick, packet) of all that is sent in `ticks` ticks.
    fn sent(keypad: &mut Keypad, ticks: u32) -> Vec<(u32, EventPacket)> {
        let samples = u32::try_from(FRAME_SAMPLES).unwrap();
        (0..ticks).filter_map(|tick| keypad.tick(1_000 + tick * samples).map(|packet| (tick, packet))).collect()
    }

    #[test]
    fn a_key_is_held_500_ms_ends_three_times_and_pauses_100_ms() {
        let mut keypad = Keypad::default();
        keypad.press(digit('5'));
        keypad.press(digit('#'));
        let sent = sent(&mut keypad, 60);
        let (first, second) = sent.split_at(27);
        assert_eq!(first[0].1, EventPacket { payload: [5, 10, 3, 192], timestamp: 1_000, marker: true });
        assert!(first[1..].iter().all(|(_, packet)| !packet.marker && packet.timestamp == 1_000));
        let ends: Vec<_> = first.iter().filter(|(_, packet)| packet.payload[1] & 0x80 != 0).collect();
        // 24,000 units of 1/48,000 s are 500 ms.
        assert!(ends.iter().all(|(_, packet)| packet.payload == [5, 0x8a, 0x5d, 0xc0]));
        assert_eq!(ends.iter().map(|(tick, _)| *tick).collect::<Vec<_>>(), [24, 25, 26]);
        assert_eq!(
            second[0],
            (30, EventPacket { payload: [11, 10, 3, 192], timestamp: 1_000 + 30 * 960, marker: true })
        );
    }

    #[test]
    fn a_key_is_read_once_though_its_end_comes_thrice() {
        let (mut keypad, mut reader) = (Keypad::default(), KeyReader::default());
        keypad.press(digit('*'));
        keypad.press(digit('*'));
        let read: Vec<_> = sent(&mut keypad, 70)
            .iter()
            .filter_map(|(_, packet)| reader.read(packet.timestamp, &packet.payload))
            .collect();
        assert_eq!(read, [(digit('*'), HOLD), (digit('*'), HOLD)]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(Digit::try_from('x'), Err(InvalidDigit));
        assert_eq!(digit('d').to_string(), "D");
        assert_eq!(KeyReader::default().read(0, &[16, 0x80, 0, 1]), None);
        assert_eq!(KeyReader::default().read(0, &[1, 0x80]), None);
    }
}
