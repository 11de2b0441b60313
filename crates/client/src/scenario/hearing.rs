//! What a device hears, measured. Its clock is the frames: 20 ms each, silence included.

use std::collections::VecDeque;
use std::time::Duration;

use super::read::QUIET_DBFS;
use super::speech::SpeechDetector;
use crate::audio::{FRAME_SAMPLES, FRAME_TIME, Frame, SAMPLE_RATE, tone_energy};

pub(super) struct Hearing {
    /// The frequencies whose share is measured.
    tones: Vec<u32>,
    speech: SpeechDetector,
    /// Of the step under way, the newest last.
    step: VecDeque<Measured>,
    /// The newest frames as they sound, of whatever step.
    newest: VecDeque<Frame>,
    /// The newest frames of the step that are no silence.
    loud: VecDeque<Frame>,
    /// Of the whole call.
    sounding: u32,
    silent_run: u32,
    silent_run_max: u32,
}

struct Measured {
    /// Sum of the squares of its samples.
    energy: f64,
    /// The parts of the energy at each of [`Hearing::tones`].
    at_tones: Vec<f64>,
    speech: bool,
}

/// Frames of a step that are kept: the longest stretch that a condition asks for.
const STEP_FRAMES_MAX: usize = 3_000;

/// Frames that are kept as they sound: 200 ms, to tell what is heard.
const NEWEST_MAX: usize = 10;

/// A tone's share of the energy of a frame from which on it is heard.
const TONE_SHARE: f64 = 0.5;

/// The part of the frames that must hold a tone: a lost packet or two is made up for by what sounds alike.
const TONE_FRAMES: f64 = 0.75;

/// The part of the frames that must sound like speech: there are pauses between words.
const SPEECH_FRAMES: f64 = 0.5;

impl Hearing {
    /// Nothing heard yet; listens for these tones, in Hz.
    pub(super) fn of(tones: Vec<u32>) -> Self {
        Self {
            tones,
            speech: SpeechDetector::default(),
            step: VecDeque::new(),
            newest: VecDeque::new(),
            loud: VecDeque::new(),
            sounding: 0,
            silent_run: 0,
            silent_run_max: 0,
        }
    }

    pub(super) fn hear(&mut self, frame: &Frame) {
        let energy = energy_of(frame);
        let at_tones = self.tones.iter().map(|&hz| tone_energy(frame, hz)).collect();
        let speech = self.speech.hear(frame);
        if self.step.len() == STEP_FRAMES_MAX {
            self.step.pop_front();
        }
        self.step.push_back(Measured { energy, at_tones, speech });
        push_newest(&mut self.newest, frame);
        if dbfs(energy, 1) > QUIET_DBFS {
            push_newest(&mut self.loud, frame);
            self.sounding += 1;
            self.silent_run = 0;
        } else if self.sounding > 0 {
            self.silent_run += 1;
            self.silent_run_max = self.silent_run_max.max(self.silent_run);
        }
    }

    /// Another call begins.
    pub(super) fn begin_call(&mut self) {
        (self.sounding, self.silent_run, self.silent_run_max) = (0, 0, 0);
        self.newest.clear();
    }

    /// Another step begins: conditions look at what is heard from here on.
    pub(super) fn begin_step(&mut self) {
        self.step.clear();
        self.loud.clear();
    }

    /// The mean level over `length`, once the step is so old.
    pub(super) fn level(&self, length: Duration) -> Option<f32> {
        let frames = self.last(length)?;
        Some(dbfs(frames.iter().map(|frame| frame.energy).sum(), frames.len()))
    }

    /// Whether most of `length` is this tone.
    pub(super) fn has_tone(&self, hz: u32, length: Duration) -> bool {
        let Some(tone) = self.tones.iter().position(|known| *known == hz) else { return false };
        let is_tone = |frame: &Measured| frame.is_loud() && frame.at_tones[tone] >= TONE_SHARE * frame.energy;
        self.share(length, is_tone).is_some_and(|share| share >= TONE_FRAMES)
    }

    /// Whether much of `length` is speech.
    pub(super) fn has_speech(&self, length: Duration) -> bool {
        let is_speech = |frame: &Measured| frame.is_loud() && frame.speech;
        self.share(length, is_speech).is_some_and(|share| share >= SPEECH_FRAMES)
    }

    pub(super) fn is_silent(&self, below: f32, length: Duration) -> bool {
        self.last(length).is_some_and(|frames| frames.iter().all(|frame| dbfs(frame.energy, 1) < below))
    }

    /// How long there was sound in the call.
    pub(super) fn sounding(&self) -> Duration {
        FRAME_TIME * self.sounding
    }

    /// The longest time without sound after the call's first.
    pub(super) fn longest_silence(&self) -> Duration {
        FRAME_TIME * self.silent_run_max
    }

    /// What is heard at present, or was heard last in the step, in words.
    pub(super) fn describe(&self) -> String {
        if self.newest.is_empty() {
            return "no sound came".to_owned();
        }
        match (is_loud(&self.newest), self.loud.is_empty()) {
            (true, _) => format!("there was {}{}", describe(&self.newest), self.like_speech()),
            (false, false) => format!("there was silence, after {}{}", describe(&self.loud), self.like_speech()),
            (false, true) => "there was silence".to_owned(),
        }
    }

    fn like_speech(&self) -> &'static str {
        let loud = self.step.iter().rev().filter(|frame| frame.is_loud()).take(NEWEST_MAX);
        let (all, speech) = loud.fold((0, 0), |(all, speech), frame| (all + 1, speech + usize::from(frame.speech)));
        if all > 0 && speech * 2 >= all { ", like speech" } else { "" }
    }

    /// The part of the last frames that are so, once the step is so old.
    fn share(&self, length: Duration, is_so: impl Fn(&Measured) -> bool) -> Option<f64> {
        let frames = self.last(length)?;
        let so = frames.iter().filter(|frame| is_so(frame)).count();
        Some(so as f64 / frames.len() as f64)
    }

    /// The last frames of the step, if it is so old.
    fn last(&self, length: Duration) -> Option<Vec<&Measured>> {
        let wanted = usize::try_from(length.as_nanos().div_ceil(FRAME_TIME.as_nanos())).ok()?.max(1);
        let first = self.step.len().checked_sub(wanted)?;
        Some(self.step.range(first..).collect())
    }
}

impl Measured {
    fn is_loud(&self) -> bool {
        dbfs(self.energy, 1) > QUIET_DBFS
    }
}

fn push_newest(newest: &mut VecDeque<Frame>, frame: &Frame) {
    if newest.len() == NEWEST_MAX {
        newest.pop_front();
    }
    newest.push_back(*frame);
}

fn is_loud(frames: &VecDeque<Frame>) -> bool {
    dbfs(frames.iter().map(energy_of).sum(), frames.len()) > QUIET_DBFS
}

fn describe(frames: &VecDeque<Frame>) -> String {
    let energy = frames.iter().map(energy_of).sum();
    let (hz, share) = loudest_tone(&frames.iter().flatten().copied().collect::<Vec<_>>(), energy);
    let tone = if share >= TONE_SHARE { format!(", a tone of about {hz} Hz") } else { String::new() };
    format!("sound of {:.0} dBFS{tone}", dbfs(energy, frames.len()))
}

fn energy_of(frame: &Frame) -> f64 {
    frame.iter().map(|&sample| f64::from(sample) * f64::from(sample)).sum()
}

/// The level of so much energy in so many frames; a sine's level is its peak's.
fn dbfs(energy: f64, frames: usize) -> f32 {
    let samples = (frames.max(1) * FRAME_SAMPLES) as f64;
    (10.0 * (2.0 * energy / samples).log10()) as f32
}

/// The frequency with the greatest share of the energy, and its share. To 5 Hz, as far as a telephone's voice goes.
fn loudest_tone(pcm: &[f32], energy: f64) -> (u32, f64) {
    let power = |hz| tone_energy(pcm, hz) / energy;
    (50..4_000).step_by(HZ_STEP).map(|hz| (hz, power(hz))).fold(
        (0, 0.0),
        |most, tone| {
            if tone.1 > most.1 { tone } else { most }
        },
    )
}

const HZ_STEP: usize = 5;

const _: () = assert!(SAMPLE_RATE == 48_000, "half of it is above every tone that is looked for");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{SILENCE, Tone};

    const LONG: Duration = Duration::from_millis(400);

    fn hears(hearing: &mut Hearing, hz: u32, dbfs: f32, frames: usize) {
        let mut tone = Tone::new(hz, dbfs);
        (0..frames).for_each(|_| hearing.hear(&tone.next_frame()));
    }

    #[test]
    fn a_sound_counts_once_it_has_lasted_since_the_step_began() {
        let mut hearing = Hearing::of(vec![440, 660]);
        hears(&mut hearing, 440, -20.0, 19);
        assert!(hearing.level(LONG).is_none() && !hearing.has_tone(440, LONG));
        hears(&mut hearing, 440, -20.0, 1);
        assert!((hearing.level(LONG).unwrap() + 20.0).abs() < 0.5);
        assert!(hearing.has_tone(440, LONG) && !hearing.has_tone(660, LONG) && !hearing.is_silent(-50.0, LONG));
        hearing.begin_step();
        assert!(hearing.level(LONG).is_none(), "what was before the step does not count");
    }

    #[test]
    fn a_tone_that_is_mixed_with_a_louder_one_or_too_quiet_is_not_heard() {
        let mut hearing = Hearing::of(vec![440]);
        let (mut quiet, mut loud) = (Tone::new(440, -26.0), Tone::new(660, -20.0));
        for _ in 0..20 {
            let (mut mixed, louder) = (quiet.next_frame(), loud.next_frame());
            mixed.iter_mut().zip(louder).for_each(|(sum, sample)| *sum += sample);
            hearing.hear(&mixed);
        }
        assert!(!hearing.has_tone(440, LONG));
        hears(&mut hearing, 440, -60.0, 20);
        assert!(!hearing.has_tone(440, LONG) && hearing.is_silent(-50.0, LONG));
    }

    #[test]
    fn silence_is_whole_and_its_longest_stretch_is_known() {
        let mut hearing = Hearing::of(Vec::new());
        (0..50).for_each(|_| hearing.hear(&SILENCE));
        assert_eq!(hearing.longest_silence(), Duration::ZERO, "before the first sound nobody misses one");
        for silent in [5, 30, 10] {
            hears(&mut hearing, 440, -20.0, 10);
            (0..silent).for_each(|_| hearing.hear(&SILENCE));
        }
        assert_eq!((hearing.longest_silence(), hearing.sounding()), (FRAME_TIME * 30, FRAME_TIME * 30));
        assert!(hearing.is_silent(-50.0, FRAME_TIME * 10) && !hearing.is_silent(-50.0, FRAME_TIME * 11));
        hearing.begin_call();
        assert_eq!((hearing.longest_silence(), hearing.sounding()), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn what_is_heard_is_told_in_words() {
        let mut hearing = Hearing::of(Vec::new());
        assert_eq!(hearing.describe(), "no sound came");
        hearing.hear(&SILENCE);
        assert_eq!(hearing.describe(), "there was silence");
        hears(&mut hearing, 525, -23.0, 10);
        assert_eq!(hearing.describe(), "there was sound of -23 dBFS, a tone of about 525 Hz");
        (0..10).for_each(|_| hearing.hear(&SILENCE));
        assert_eq!(hearing.describe(), "there was silence, after sound of -23 dBFS, a tone of about 525 Hz");
        hearing.begin_step();
        assert_eq!(hearing.describe(), "there was silence");
    }
}
