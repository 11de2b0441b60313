//! Test tones.

use std::f32::consts::TAU;

use super::{FRAME_SAMPLES, Frame, SAMPLE_RATE, SILENCE};

/// A sine without end, continuous over its frames.
#[derive(Debug, Clone)]
pub struct Tone {
    hz: u32,
    amplitude: f32,
    /// In turns, 0 to 1.
    phase: f32,
}

impl Tone {
    /// A sine of `hz` at `dbfs` (0 is full scale).
    pub fn new(hz: u32, dbfs: f32) -> Self {
        Self { hz, amplitude: 10f32.powf(dbfs / 20.0), phase: 0.0 }
    }

    pub fn next_frame(&mut self) -> Frame {
        let mut frame = SILENCE;
        for sample in &mut frame {
            *sample = self.next_sample(self.hz);
        }
        frame
    }

    fn next_sample(&mut self, hz: u32) -> f32 {
        let sample = self.amplitude * (self.phase * TAU).sin();
        self.phase = (self.phase + hz as f32 / SAMPLE_RATE as f32).fract();
        sample
    }
}

/// Frequency of the marker in a [`MarkedTone`], in Hz: eight whole turns in a window of 5 ms.
pub const MARKER_HZ: u32 = 1_600;

/// Samples between the starts of two markers: one second, more than any round trip that is measured.
pub(super) const MARKER_PERIOD: u64 = SAMPLE_RATE as u64;

/// Samples of one marker: 100 ms.
const MARKER_LENGTH: u64 = 4_800;

/// A tone that turns to [`MARKER_HZ`] for 100 ms at the start of each second, without a click. A party that hears its
/// echo finds the round trip from the markers ([`super::RoundTrip`]); the level stays that of the tone throughout.
#[derive(Debug, Clone)]
pub struct MarkedTone {
    tone: Tone,
    position: u64,
}

impl MarkedTone {
    pub fn new(hz: u32, dbfs: f32) -> Self {
        Self { tone: Tone::new(hz, dbfs), position: 0 }
    }

    pub fn next_frame(&mut self) -> Frame {
        let mut frame = SILENCE;
        for (offset, sample) in frame.iter_mut().enumerate() {
            let in_marker = (self.position + offset as u64) % MARKER_PERIOD < MARKER_LENGTH;
            let hz = if in_marker { MARKER_HZ } else { self.tone.hz };
            *sample = self.tone.next_sample(hz);
        }
        self.position += FRAME_SAMPLES as u64;
        frame
    }
}
