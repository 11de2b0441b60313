//! Audio files in and out: WAV and Ogg Opus (RFC 7845) are read, Ogg Opus is written.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek};
use std::path::Path;

use hound::{SampleFormat, WavReader};
use opus_pure::{MAX_PACKET_SAMPLES, OggOpusReader, OggOpusWriter, OpusHead, Trim};

use super::{Encoder, FRAME_SAMPLES, Frame, SAMPLE_RATE, SILENCE};

/// Why a file cannot be played or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file cannot be opened, read or written")]
    Io(#[from] io::Error),
    #[error("not a WAV file that can be played")]
    Wav(#[from] hound::Error),
    #[error("not an Ogg Opus file that can be played")]
    Opus(#[from] opus_pure::Error),
    #[error("neither WAV nor Ogg Opus")]
    Unknown,
}

/// Samples of one channel at 48 kHz, one after the other.
type Samples = Box<dyn Iterator<Item = f32> + Send>;

/// A file's sound as frames. It is read while it is played; a part that turns out to be broken ends it.
pub struct Player {
    samples: Samples,
}

impl Player {
    /// Opens a WAV or Ogg Opus file; several channels are mixed into one.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Self::read(BufReader::new(File::open(path)?))
    }

    /// Reads the contents of such a file.
    pub fn read(mut file: impl Read + Seek + Send + 'static) -> Result<Self, FileError> {
        let mut magic = [0; 4];
        file.read_exact(&mut magic)?;
        file.rewind()?;
        let samples = match &magic {
            b"RIFF" => wav(WavReader::new(file)?),
            b"OggS" => ogg(OggOpusReader::new(file)?)?,
            _ => return Err(FileError::Unknown),
        };
        Ok(Self { samples })
    }
}

impl Iterator for Player {
    type Item = Frame;

    /// The last frame is filled up with silence.
    fn next(&mut self) -> Option<Frame> {
        let mut frame = SILENCE;
        let mut filled = 0;
        for (sample, read) in frame.iter_mut().zip(&mut self.samples) {
            *sample = read;
            filled += 1;
        }
        (filled > 0).then_some(frame)
    }
}

fn wav(reader: WavReader<impl Read + Send + 'static>) -> Samples {
    let spec = reader.spec();
    let full_scale = (1_i64 << (spec.bits_per_sample - 1)) as f32;
    let samples: Samples = match spec.sample_format {
        SampleFormat::Float => Box::new(reader.into_samples::<f32>().map_while(Result::ok)),
        SampleFormat::Int => {
            Box::new(reader.into_samples::<i32>().map_while(Result::ok).map(move |sample| sample as f32 / full_scale))
        }
    };
    let mono = Mono { samples, channels: usize::from(spec.channels.max(1)) };
    if spec.sample_rate == SAMPLE_RATE { Box::new(mono) } else { Box::new(Resampled::new(mono, spec.sample_rate)) }
}

fn ogg(mut reader: OggOpusReader<impl Read + Send + 'static>) -> Result<Samples, FileError> {
    let head = reader.head().clone();
    let mut decoder = head.decoder(SAMPLE_RATE as i32)?;
    let channels = decoder.channels();
    let mut trim = Trim::new(&head, SAMPLE_RATE as i32, channels)?;
    let mut pcm = vec![0.0; MAX_PACKET_SAMPLES * channels];
    let packets = std::iter::from_fn(move || {
        let packet = reader.read_packet().ok()??;
        let decoded = decoder.decode(&packet.data, MAX_PACKET_SAMPLES, &mut pcm).ok()?;
        Some(trim.keep(&packet, &pcm[..decoded * channels]).to_vec())
    });
    Ok(Box::new(Mono { samples: Box::new(packets.flatten()), channels }))
}

/// The mean of the channels.
struct Mono {
    samples: Samples,
    channels: usize,
}

impl Iterator for Mono {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        let sum = (0..self.channels).try_fold(0.0, |sum, _| Some(sum + self.samples.next()?))?;
        Some(sum / self.channels as f32)
    }
}

/// Another rate made 48 kHz by straight lines between the samples: enough for a voice in a call.
struct Resampled {
    samples: Mono,
    /// Samples of the file for one of ours.
    step: f64,
    /// Between `before` and `after`, 0 to 1.
    position: f64,
    before: f32,
    after: f32,
}

impl Resampled {
    fn new(mut samples: Mono, rate: u32) -> Self {
        let before = samples.next().unwrap_or(0.0);
        let after = samples.next().unwrap_or(before);
        Self { samples, step: f64::from(rate) / f64::from(SAMPLE_RATE), position: 0.0, before, after }
    }
}

impl Iterator for Resampled {
    type Item = f32;

    fn next(&mut self) -> Option<f32> {
        while self.position >= 1.0 {
            self.before = self.after;
            self.after = self.samples.next()?;
            self.position -= 1.0;
        }
        let sample = self.before + (self.after - self.before) * self.position as f32;
        self.position += self.step;
        Some(sample)
    }
}

/// Writes what is heard to an Ogg Opus file.
pub struct Recorder {
    encoder: Encoder,
    ogg: OggOpusWriter<BufWriter<File>>,
}

impl Recorder {
    /// Makes the file, or empties it.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        let encoder = Encoder::new();
        let head = OpusHead::for_encoder(encoder.opus(), SAMPLE_RATE);
        let ogg = OggOpusWriter::new(BufWriter::new(File::create(path)?), head)?;
        Ok(Self { encoder, ogg })
    }

    pub fn write(&mut self, frame: &Frame) -> Result<(), FileError> {
        Ok(self.ogg.write_packet_with_duration(self.encoder.encode(frame), FRAME_SAMPLES as u32)?)
    }

    /// Ends the file. Without this its last page is missing.
    pub fn finish(self) -> Result<(), FileError> {
        self.ogg.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::{Level, Tone};

    const FRAMES: usize = 100;

    fn level(path: &Path, hz: u32) -> (usize, Level) {
        let mut level = Level::of(hz);
        let frames = Player::open(path).unwrap().inspect(|frame| level.hear(frame)).count();
        (frames, level)
    }

    #[test]
    fn what_is_recorded_plays_back_with_its_length_pitch_and_level() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("heard.ogg");
        let mut recorder = Recorder::create(&path).unwrap();
        let mut tone = Tone::new(660, -20.0);
        (0..FRAMES).for_each(|_| recorder.write(&tone.next_frame()).unwrap());
        recorder.finish().unwrap();
        let (frames, level) = level(&path, 660);
        // The encoder's delay is cut off at the start.
        assert!((FRAMES - 1..=FRAMES).contains(&frames), "{frames}");
        assert!(level.tone_share() > 0.9 && (level.dbfs().unwrap() + 20.0).abs() < 1.0, "{level:?}");
    }

    #[test]
    fn wav_of_any_rate_width_and_number_of_channels_plays_at_its_pitch() {
        let folder = tempfile::tempdir().unwrap();
        for (sample_rate, bits_per_sample, channels) in [(8_000, 16, 1), (44_100, 24, 2), (48_000, 16, 2)] {
            let path = folder.path().join(format!("{sample_rate}.wav"));
            let spec = hound::WavSpec { channels, sample_rate, bits_per_sample, sample_format: SampleFormat::Int };
            let mut writer = hound::WavWriter::create(&path, spec).unwrap();
            let amplitude = 0.1 * (1_i64 << (bits_per_sample - 1)) as f64;
            for n in 0..sample_rate * 2 {
                let turns = 440.0 * f64::from(n) / f64::from(sample_rate);
                let sample = (amplitude * (turns * std::f64::consts::TAU).sin()) as i32;
                (0..channels).for_each(|_| writer.write_sample(sample).unwrap());
            }
            writer.finalize().unwrap();
            let (frames, level) = level(&path, 440);
            assert!(frames.abs_diff(FRAMES) <= 1, "{sample_rate}: {frames}");
            assert!(level.tone_share() > 0.9 && (level.dbfs().unwrap() + 20.0).abs() < 1.0, "{sample_rate}: {level:?}");
        }
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        for (text, known) in [("hello, world", false), ("RIFFhello, world", true), ("OggS, nearly", true)] {
            std::fs::write(&path, text).unwrap();
            let refused = Player::open(&path).err().unwrap();
            assert_eq!(!matches!(refused, FileError::Unknown), known, "{text}: {refused}");
        }
        assert!(matches!(Player::open(&folder.path().join("absent")), Err(FileError::Io(_))));
    }
}
