//! Audio without a sound card: Opus frames, test tones, and what can be measured on what is heard.
//!
//! Everything is mono at 48 kHz in [`Frame`]s of 20 ms. Levels are in dBFS, where a full-scale sine is 0 dBFS
//! (AES17). Nothing here sees a clock: positions count samples from the first frame.

mod codec;
mod file;
mod frame;
mod level;
mod recording;
mod round_trip;
mod tone;

pub use codec::{Decoder, Encoder};
pub use file::{FileError, Player, Recorder};
pub use frame::{FRAME_SAMPLES, FRAME_TIME, Frame, SAMPLE_RATE, SILENCE};
pub use level::{Level, tone_energy};
pub use recording::Recording;
pub use round_trip::RoundTrip;
pub use tone::{MARKER_HZ, MarkedTone, Tone};
