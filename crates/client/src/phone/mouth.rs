//! What a line sends: one packet every 20 ms.

use super::Source;
use super::config::Voice;
use super::keypad::{Digit, Keypad};
use crate::audio::{Encoder, FRAME_SAMPLES, Frame};

pub(super) struct Mouth {
    voice: Voice,
    encoder: Encoder,
    keypad: Keypad,
    /// Of the next packet.
    sequence: u64,
    /// RTP time of the next frame; 48 kHz.
    timestamp: u32,
}

pub(super) struct Packet {
    pub(super) kind: Kind,
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Audio,
    TelephoneEvent,
    /// Never said by a mouth; a line sends its camera's.
    Video,
}

impl Mouth {
    pub(super) fn new(source: Source) -> Self {
        // A first sequence number in the lower half keeps the rollover counter at zero (RFC 3711 section 3.3.1).
        let sequence = u64::from(rand::random::<u16>() >> 1);
        let timestamp = rand::random();
        Self { voice: source.into(), encoder: Encoder::new(), keypad: Keypad::default(), sequence, timestamp }
    }

    /// Says something else from the next frame on.
    pub(super) fn say(&mut self, source: Source) {
        self.voice = source.into();
    }

    pub(super) fn press(&mut self, digit: Digit) {
        self.keypad.press(digit);
    }

    /// The next 20 ms, at the moment when `heard` is heard. A key that is down silences the voice.
    pub(super) fn next_packet(&mut self, heard: &Frame) -> Packet {
        let (timestamp, sequence) = (self.timestamp, self.sequence);
        self.sequence += 1;
        self.timestamp = timestamp.wrapping_add(FRAME_SAMPLES as u32);
        let frame = self.voice.next_frame(heard);
        match self.keypad.tick(timestamp) {
            Some(event) => Packet {
                kind: Kind::TelephoneEvent,
                sequence,
                timestamp: event.timestamp,
                marker: event.marker,
                payload: event.payload.to_vec(),
            },
            None => {
                let payload = self.encoder.encode(&frame).to_vec();
                Packet { kind: Kind::Audio, sequence, timestamp, marker: false, payload }
            }
        }
    }
}
