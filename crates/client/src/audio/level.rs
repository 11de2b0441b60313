//! How loud it is, and how much of it is one tone.

use super::SAMPLE_RATE;

/// Sums up what is heard: its level, and the share of one frequency in its energy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    hz: u32,
    samples: u64,
    /// Sum of the squares of all samples.
    energy: f64,
    /// The part of `energy` at `hz`.
    tone_energy: f64,
}

impl Level {
    /// Nothing heard yet; listens for a tone of `hz`.
    pub fn of(hz: u32) -> Self {
        Self { hz, samples: 0, energy: 0.0, tone_energy: 0.0 }
    }

    pub fn hear(&mut self, pcm: &[f32]) {
        self.samples += pcm.len() as u64;
        self.energy += energy(pcm);
        self.tone_energy += tone_energy(pcm, self.hz);
    }

    /// RMS level over everything heard; `None` if that is nothing or digital silence. A sine's level is its peak's.
    pub fn dbfs(&self) -> Option<f32> {
        (self.energy > 0.0).then(|| (10.0 * (2.0 * self.energy / self.samples as f64).log10()) as f32)
    }

    /// The frequency that it listens for.
    pub fn hz(&self) -> u32 {
        self.hz
    }

    /// How much of the energy is at [`Level::hz`], 0 to 1.
    pub fn tone_share(&self) -> f32 {
        if self.energy > 0.0 { (self.tone_energy / self.energy) as f32 } else { 0.0 }
    }

    /// What was heard after `earlier`, a copy of this level.
    pub fn since(&self, earlier: &Level) -> Level {
        Level {
            hz: self.hz,
            samples: self.samples - earlier.samples,
            energy: self.energy - earlier.energy,
            tone_energy: self.tone_energy - earlier.tone_energy,
        }
    }
}

/// The part of the energy of `pcm` that is at `hz` (Goertzel's algorithm); as exact as `pcm` is long: ±50 Hz in 20 ms.
pub fn tone_energy(pcm: &[f32], hz: u32) -> f64 {
    if pcm.is_empty() {
        return 0.0;
    }
    let step = 2.0 * (std::f64::consts::TAU * f64::from(hz) / f64::from(SAMPLE_RATE)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for &sample in pcm {
        (last, before) = (f64::from(sample) + step * last - before, last);
    }
    let power = last * last + before * before - step * last * before;
    2.0 * power / pcm.len() as f64
}

fn energy(pcm: &[f32]) -> f64 {
    pcm.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{SILENCE, Tone};

    fn level(listen_hz: u32, tone_hz: u32, dbfs: f32) -> Level {
        let mut tone = Tone::new(tone_hz, dbfs);
        let mut level = Level::of(listen_hz);
        for _ in 0..50 {
            level.hear(&tone.next_frame());
        }
        level
    }

    #[test]
    fn a_sine_has_the_level_it_was_made_with() {
        for dbfs in [0.0, -20.0, -60.0] {
            let heard = level(440, 440, dbfs).dbfs().unwrap();
            assert!((heard - dbfs).abs() < 0.05, "{heard} for {dbfs}");
        }
    }

    #[test]
    fn a_tone_is_told_from_its_neighbours() {
        assert!(level(440, 440, -20.0).tone_share() > 0.95);
        assert!(level(440, 660, -20.0).tone_share() < 0.05);
        assert!(level(660, 440, -20.0).tone_share() < 0.05);
    }

    #[test]
    fn silence_has_no_level() {
        let mut level = Level::of(440);
        level.hear(&SILENCE);
        assert_eq!((level.dbfs(), level.tone_share()), (None, 0.0));
    }

    #[test]
    fn a_later_part_is_measured_alone() {
        let mut level = Level::of(440);
        level.hear(&Tone::new(440, -6.0).next_frame());
        let earlier = level;
        level.hear(&Tone::new(440, -26.0).next_frame());
        let later = level.since(&earlier).dbfs().unwrap();
        assert!((later + 26.0).abs() < 0.5, "{later}");
    }
}
