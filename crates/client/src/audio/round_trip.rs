//! The round trip of an echoed [`super::MarkedTone`].

use std::time::Duration;

use super::level::tone_energy;
use super::tone::{MARKER_HZ, MARKER_PERIOD};
use super::{Frame, SAMPLE_RATE};

/// Listens for markers in what comes back. Frames must be heard on the sender's own clock: the n-th frame heard is the
/// one at the moment the n-th was sent, silence included. Round trips up to a second are told apart.
#[derive(Debug, Clone, Default)]
pub struct RoundTrip {
    /// Samples heard so far.
    position: u64,
    in_marker: bool,
    /// Round trips in samples, one a marker.
    found: Vec<u64>,
}

/// 5 ms, the exactness of the measurement.
const WINDOW_SAMPLES: usize = 240;

/// A marker's share of the energy that tells it from the tone.
const MARKER_SHARE: f64 = 0.5;

/// Energy of a window below which nothing is a marker: about -50 dBFS.
const QUIET: f64 = WINDOW_SAMPLES as f64 * 0.5e-5;

/// Round trips kept: the first four minutes of a call.
const FOUND_MAX: usize = 240;

impl RoundTrip {
    pub fn hear(&mut self, frame: &Frame) {
        for window in frame.chunks_exact(WINDOW_SAMPLES) {
            let marker = is_marker(window);
            if marker && !self.in_marker && self.found.len() < FOUND_MAX {
                self.found.push(self.position % MARKER_PERIOD);
            }
            self.in_marker = marker;
            self.position += WINDOW_SAMPLES as u64;
        }
    }

    /// The median of all markers heard, exact to 5 ms; `None` before the first.
    pub fn median(&self) -> Option<Duration> {
        let mut sorted = self.found.clone();
        sorted.sort_unstable();
        let samples = *sorted.get(sorted.len() / 2)?;
        Some(Duration::from_micros(samples * 1_000_000 / u64::from(SAMPLE_RATE)))
    }
}

fn is_marker(window: &[f32]) -> bool {
    let energy: f64 = window.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum();
    energy > QUIET && tone_energy(window, MARKER_HZ) > MARKER_SHARE * energy
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::audio::{Decoder, Encoder, FRAME_SAMPLES, MarkedTone, SILENCE, Tone};

    /// The pattern comes back `delay` samples later, coded and decoded on its way.
    fn measure(delay: usize, seconds: usize) -> Option<Duration> {
        let mut tone = MarkedTone::new(440, -20.0);
        let (mut encoder, mut decoder) = (Encoder::new(), Decoder::new());
        let mut line: VecDeque<f32> = std::iter::repeat_n(0.0, delay).collect();
        let mut round_trip = RoundTrip::default();
        for _ in 0..seconds * 50 {
            line.extend(decoder.decode(encoder.encode(&tone.next_frame())).unwrap());
            let mut heard = SILENCE;
            heard.iter_mut().zip(line.drain(..FRAME_SAMPLES)).for_each(|(to, from)| *to = from);
            round_trip.hear(&heard);
        }
        round_trip.median()
    }

    #[test]
    fn the_delay_of_an_echo_is_found_within_the_codecs_own() {
        for delay_ms in [0, 40, 137, 800] {
            let found = measure(delay_ms * 48, 3).unwrap();
            let expected = Duration::from_millis(delay_ms as u64);
            assert!(found >= expected && found <= expected + Duration::from_millis(15), "{found:?} for {expected:?}");
        }
    }

    #[test]
    fn a_plain_tone_and_silence_have_no_round_trip() {
        let mut round_trip = RoundTrip::default();
        let mut tone = Tone::new(440, -20.0);
        for _ in 0..100 {
            round_trip.hear(&tone.next_frame());
            round_trip.hear(&SILENCE);
        }
        assert_eq!(round_trip.median(), None);
    }
}
