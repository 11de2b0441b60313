//! Opus (RFC 6716), one mono stream each way.

use opus_pure::{Application, MAX_PACKET_SAMPLES, OpusDecoder, OpusEncoder};

use super::{FRAME_SAMPLES, Frame, SAMPLE_RATE};

/// What Meta's answers ask for (`maxaveragebitrate`), in bits per second.
const BITRATE: i32 = 20_000;

/// Byte budget of one packet: fits a datagram, and is far above what 20 ms at [`BITRATE`] needs.
const PACKET_BYTES_MAX: usize = 1_200;

/// Encodes frames to Opus packets of 20 ms. Tuned for general audio: tones keep their level exactly, and a frame costs
/// 50 µs instead of 200 (SILK, which speech would get at this rate, loses up to 0.8 dB of a tone).
pub struct Encoder {
    opus: OpusEncoder,
    packet: Box<[u8; PACKET_BYTES_MAX]>,
}

impl Encoder {
    pub fn new() -> Self {
        let mut opus = OpusEncoder::new(RATE, 1, Application::Audio).expect("48 kHz mono is a rate of Opus");
        opus.bitrate_bps = BITRATE;
        opus.complexity = COMPLEXITY;
        Self { opus, packet: Box::new([0; PACKET_BYTES_MAX]) }
    }

    pub(super) fn opus(&self) -> &OpusEncoder {
        &self.opus
    }

    /// One packet; valid until the next call.
    pub fn encode(&mut self, frame: &Frame) -> &[u8] {
        let written = self
            .opus
            .encode(frame, FRAME_SAMPLES, &mut self.packet[..])
            .expect("20 ms of 48 kHz mono into a buffer of more than two bytes always encodes");
        &self.packet[..written]
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Decodes Opus packets of any length to PCM.
pub struct Decoder {
    opus: OpusDecoder,
    pcm: Box<[f32; MAX_PACKET_SAMPLES]>,
}

impl Decoder {
    pub fn new() -> Self {
        let opus = OpusDecoder::new(RATE, 1).expect("48 kHz mono is a rate of Opus");
        Self { opus, pcm: Box::new([0.0; MAX_PACKET_SAMPLES]) }
    }

    /// The packet's samples, valid until the next call; `None` if it is not Opus.
    pub fn decode(&mut self, packet: &[u8]) -> Option<&[f32]> {
        if packet.is_empty() {
            return None;
        }
        let samples = self.opus.decode(packet, MAX_PACKET_SAMPLES, &mut self.pcm[..]).ok()?;
        Some(&self.pcm[..samples])
    }

    /// 20 ms in place of a packet that was lost: from the copy in the packet after it, if that is there and carries
    /// one, else made up from what came before.
    pub fn conceal(&mut self, next: Option<&[u8]>) -> &[f32] {
        let concealed = match next {
            Some(next) => self.opus.decode_fec(next, FRAME_SAMPLES, &mut self.pcm[..]),
            None => self.opus.decode(&[], FRAME_SAMPLES, &mut self.pcm[..]),
        };
        concealed.map_or(&[], |samples| &self.pcm[..samples])
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

const RATE: i32 = SAMPLE_RATE as i32;

/// Of 0 to 10: hundreds of phones must run on one core.
const COMPLEXITY: i32 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Level, Tone};

    const FRAMES: usize = 200;

    fn through_codec(hz: u32, dbfs: f32) -> Level {
        let (mut tone, mut encoder, mut decoder) = (Tone::new(hz, dbfs), Encoder::new(), Decoder::new());
        let mut level = Level::of(hz);
        for n in 0..FRAMES {
            let heard = decoder.decode(encoder.encode(&tone.next_frame())).expect("own packet");
            // The codec settles in its first frames.
            if n >= 10 {
                level.hear(heard);
            }
        }
        level
    }

    #[test]
    fn a_tone_keeps_its_pitch_and_its_level_within_half_a_db() {
        for (hz, dbfs) in [(440, -20.0), (660, -20.0), (1_000, -12.0), (300, -30.0)] {
            let level = through_codec(hz, dbfs);
            let heard = level.dbfs().expect("frames were heard");
            assert!((heard - dbfs).abs() < 0.5, "{hz} Hz at {dbfs} dBFS came back at {heard}");
            assert!(level.tone_share() > 0.9, "{hz} Hz: share {}", level.tone_share());
        }
    }

    #[test]
    fn a_lost_packet_is_concealed_and_noise_is_refused() {
        let (mut tone, mut encoder, mut decoder) = (Tone::new(440, -20.0), Encoder::new(), Decoder::new());
        for _ in 0..10 {
            decoder.decode(encoder.encode(&tone.next_frame())).expect("own packet");
        }
        encoder.encode(&tone.next_frame());
        let next = encoder.encode(&tone.next_frame()).to_vec();
        assert_eq!(decoder.conceal(Some(&next)).len(), FRAME_SAMPLES);
        assert_eq!(decoder.conceal(None).len(), FRAME_SAMPLES);
        assert!(decoder.decode(&[]).is_none());
        // Code 3 with a frame count of zero (RFC 6716 section 3.2.5).
        assert!(decoder.decode(&[0x03, 0x00]).is_none());
    }
}
