//! Tells speech from other sounds.

use earshot::Detector;

use crate::audio::{Frame, SAMPLE_RATE};

/// Listens with earshot's network, which takes 16 ms at 16 kHz at a time.
pub(super) struct SpeechDetector {
    detector: Box<Detector>,
    /// At 16 kHz, not judged yet.
    waiting: Vec<f32>,
    /// The newest judgement.
    speech: bool,
}

const BLOCK_SAMPLES: usize = 256;

/// Samples of ours for one of the network's.
const RATIO: usize = SAMPLE_RATE as usize / 16_000;

/// Its authors' threshold.
const SCORE: f32 = 0.5;

impl Default for SpeechDetector {
    fn default() -> Self {
        Self { detector: Detector::default_boxed(), waiting: Vec::with_capacity(2 * BLOCK_SAMPLES), speech: false }
    }
}

impl SpeechDetector {
    /// Whether it sounds like speech at the end of this frame.
    pub(super) fn hear(&mut self, frame: &Frame) -> bool {
        // The mean of three keeps what is above the new band low enough for a judgement. A codec may overshoot full scale,
        // two voices together do, and the network takes nothing beyond.
        let mean = |three: &[f32]| (three.iter().sum::<f32>() / RATIO as f32).clamp(-1.0, 1.0);
        self.waiting.extend(frame.chunks_exact(RATIO).map(mean));
        while self.waiting.len() >= BLOCK_SAMPLES {
            self.speech = self.detector.predict_f32(&self.waiting[..BLOCK_SAMPLES]) >= SCORE;
            self.waiting.drain(..BLOCK_SAMPLES);
        }
        self.speech
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::audio::{Decoder, Encoder, Player, SILENCE, Tone};

    /// Of the frames, after the codec; those of the first 300 ms, in which the network gets used to it, are left out.
    fn share(frames: impl Iterator<Item = Frame>) -> f64 {
        let (mut encoder, mut decoder, mut detector) = (Encoder::new(), Decoder::new(), SpeechDetector::default());
        let judged = frames.map(|frame| {
            let mut heard = SILENCE;
            heard.copy_from_slice(decoder.decode(encoder.encode(&frame)).expect("own packet"));
            detector.hear(&heard)
        });
        let judged: Vec<bool> = judged.skip(15).collect();
        judged.iter().filter(|speech| **speech).count() as f64 / judged.len() as f64
    }

    #[test]
    fn what_is_beyond_full_scale_is_judged_too() {
        let mut detector = SpeechDetector::default();
        let loud = std::array::from_fn(|sample| if sample % 120 < 60 { 1.7 } else { -1.7 });
        assert!((0..20).map(|_| detector.hear(&loud)).filter(|speech| *speech).count() < 20);
    }

    #[test]
    fn a_voice_is_speech_and_tones_noise_and_silence_are_not() {
        let hello = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/scenarios/hello.wav");
        let voice = share(Player::open(&hello).unwrap());
        assert!(voice > 0.7, "{voice} of the words are speech");
        let mut tone = Tone::new(440, -20.0);
        let tone = share((0..150).map(|_| tone.next_frame()));
        let mut noise = (0..150).map(|_| std::array::from_fn(|_| 0.1 * (2.0 * rand::random::<f32>() - 1.0)));
        let noise = share(&mut noise);
        let silence = share((0..150).map(|_| SILENCE));
        assert!(tone < 0.1 && noise < 0.1 && silence < 0.1, "tone {tone}, noise {noise}, silence {silence}");
    }
}
