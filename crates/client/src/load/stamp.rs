//! Who said a packet of speech, and when: written where a decoder does not listen.

use std::time::Duration;

use crate::audio::{Encoder, Tone};

/// The two parties of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Business,
    Consumer,
}

/// One party of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Speaker {
    pub(super) call: u32,
    pub(super) side: Side,
}

/// What marks a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) speaker: Speaker,
    /// Counts the speaker's packets, from 0.
    pub(super) number: u32,
    /// Since the Unix epoch, by this machine's clock.
    pub(super) sent: Duration,
}

impl Speaker {
    /// The other party of the call.
    pub(super) fn partner(self) -> Self {
        let side = match self.side {
            Side::Business => Side::Consumer,
            Side::Consumer => Side::Business,
        };
        Self { side, ..self }
    }
}

impl Stamp {
    /// The stamp of a packet that [`Voice::packet`] made; `None` for any other.
    pub(super) fn read(packet: &[u8]) -> Option<Self> {
        let (head, rest) = packet.split_first_chunk::<HEAD_LEN>()?;
        let stamp: &[u8; LEN] = rest.last_chunk()?;
        let &[toc, count, padding] = head;
        let is_ours = toc & CODE == CODE && count == ONE_FRAME_PADDED && usize::from(padding) == LEN;
        let (magic, stamp) = stamp.split_first_chunk::<4>()?;
        let (call, stamp) = stamp.split_first_chunk::<4>()?;
        let (number, stamp) = stamp.split_first_chunk::<4>()?;
        let (sent, side) = stamp.split_first_chunk::<8>()?;
        let side = match side {
            [0] => Side::Business,
            [1] => Side::Consumer,
            _ => return None,
        };
        (is_ours && *magic == MAGIC).then(|| Self {
            speaker: Speaker { call: u32::from_be_bytes(*call), side },
            number: u32::from_be_bytes(*number),
            sent: Duration::from_nanos(u64::from_be_bytes(*sent)),
        })
    }

    fn bytes(self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        bytes[..4].copy_from_slice(&MAGIC);
        bytes[4..8].copy_from_slice(&self.speaker.call.to_be_bytes());
        bytes[8..12].copy_from_slice(&self.number.to_be_bytes());
        // Nanoseconds fit until the year 2554.
        bytes[12..20].copy_from_slice(&(self.sent.as_nanos() as u64).to_be_bytes());
        bytes[20] = match self.speaker.side {
            Side::Business => 0,
            Side::Consumer => 1,
        };
        bytes
    }
}

/// A second of a voice, encoded once for all parties.
pub(super) struct Voice {
    /// Opus packets of one frame of 20 ms, their first byte apart.
    frames: Vec<(u8, Vec<u8>)>,
}

impl Voice {
    pub(super) fn encode() -> Self {
        let (mut tone, mut encoder) = (Tone::new(HZ, DBFS), Encoder::new());
        let frames = (0..FRAMES).map(|_| {
            let packet = encoder.encode(&tone.next_frame());
            let (toc, frame) = packet.split_first().expect("an Opus packet has a first byte");
            assert_eq!(toc & CODE, 0, "20 ms are one frame, and so a packet of code 0");
            (*toc, frame.to_vec())
        });
        Self { frames: frames.collect() }
    }

    /// The speaker's next packet: valid Opus, whose padding is the stamp. A decoder must take any padding (RFC 6716,
    /// section 3.2.5).
    pub(super) fn packet(&self, stamp: Stamp) -> Vec<u8> {
        let (toc, frame) = &self.frames[stamp.number as usize % self.frames.len()];
        let head = [toc | CODE, ONE_FRAME_PADDED, LEN as u8];
        [&head, &frame[..], &stamp.bytes()].concat()
    }
}

/// Bits of the first byte that say how frames are packed; all set: any number of them, perhaps with padding (RFC 6716,
/// section 3.2.5).
const CODE: u8 = 0b11;
/// The second byte of such a packet: padding follows, one frame.
const ONE_FRAME_PADDED: u8 = 0x41;
const HEAD_LEN: usize = 3;
const MAGIC: [u8; 4] = *b"load";
const LEN: usize = 21;

/// A whole number of turns in a second, so that the voice goes on without a click.
const HZ: u32 = 440;
const DBFS: f32 = -20.0;
const FRAMES: usize = 50;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Decoder;

    fn stamp(number: u32) -> Stamp {
        let speaker = Speaker { call: 7, side: Side::Consumer };
        Stamp { speaker, number, sent: Duration::from_nanos(1_790_000_000_123_456_789) }
    }

    #[test]
    fn a_stamp_is_read_back_and_not_heard() {
        let voice = Voice::encode();
        let (mut plain, mut stamped) = (Decoder::new(), Decoder::new());
        for number in 0..120 {
            let packet = voice.packet(stamp(number));
            assert_eq!(Stamp::read(&packet), Some(stamp(number)));
            let (toc, frame) = &voice.frames[number as usize % FRAMES];
            let unstamped = [&[*toc], &frame[..]].concat();
            assert_eq!(plain.decode(&unstamped).unwrap(), stamped.decode(&packet).unwrap());
        }
    }

    #[test]
    fn what_others_say_has_no_stamp() {
        let (mut tone, mut encoder) = (Tone::new(HZ, DBFS), Encoder::new());
        assert_eq!(Stamp::read(encoder.encode(&tone.next_frame())), None);
        assert_eq!(Stamp::read(&[]), None);
        let packet = Voice::encode().packet(stamp(3));
        assert_eq!(Stamp::read(&packet[..packet.len() - 1]), None);
    }
}
