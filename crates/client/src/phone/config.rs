use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use str0m::config::DtlsVersion;

use crate::audio::{FRAME_TIME, Frame, MarkedTone, SILENCE, Tone};

/// How a line is set up.
pub struct Config {
    /// The address to bind and to offer as the only candidate.
    pub local_ip: IpAddr,
    pub source: Source,
    /// The frequency, in Hz, whose share in what is heard is measured.
    pub listen_for_hz: u32,
    pub dtls: DtlsVersion,
    /// Declares in the first offer that the line takes VP8. Without it, no video is taken or sent.
    pub video: bool,
    /// Is given each frame that is heard from the moment when media can flow, silence included. It must not block.
    pub tap: Option<Tap>,
}

/// Takes frames; see [`Config::tap`].
pub type Tap = Box<dyn FnMut(&Frame) + Send>;

impl Default for Config {
    /// Silent, on loopback.
    fn default() -> Self {
        Self {
            local_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            source: Source::Silence,
            listen_for_hz: 440,
            dtls: DtlsVersion::Auto,
            video: false,
            tap: None,
        }
    }
}

/// What a line says.
pub enum Source {
    Silence,
    Tone(Tone),
    /// A tone by whose echo the round trip is measured.
    MarkedTone(MarkedTone),
    /// What it hears, this much later.
    Echo {
        delay: Duration,
    },
    /// Frames from anywhere; silence after the last.
    Frames(Box<dyn Iterator<Item = Frame> + Send>),
}

/// A source at work.
pub(super) enum Voice {
    Silence,
    Tone(Tone),
    MarkedTone(MarkedTone),
    /// Frames heard and not said yet, oldest first.
    Echo(VecDeque<Frame>),
    Frames(Box<dyn Iterator<Item = Frame> + Send>),
}

impl From<Source> for Voice {
    fn from(source: Source) -> Self {
        match source {
            Source::Silence => Self::Silence,
            Source::Tone(tone) => Self::Tone(tone),
            Source::MarkedTone(tone) => Self::MarkedTone(tone),
            Source::Echo { delay } => Self::Echo(delay_line(delay)),
            Source::Frames(frames) => Self::Frames(frames),
        }
    }
}

impl Voice {
    /// The frame to say at the moment when `heard` is heard.
    pub(super) fn next_frame(&mut self, heard: &Frame) -> Frame {
        match self {
            Self::Silence => SILENCE,
            Self::Tone(tone) => tone.next_frame(),
            Self::MarkedTone(tone) => tone.next_frame(),
            Self::Echo(line) => {
                line.push_back(*heard);
                line.pop_front().unwrap_or(SILENCE)
            }
            Self::Frames(frames) => frames.next().unwrap_or(SILENCE),
        }
    }
}

/// Longest echo; a longer delay is cut to it.
const ECHO_DELAY_MAX: Duration = Duration::from_secs(5);

fn delay_line(delay: Duration) -> VecDeque<Frame> {
    let frames = delay.min(ECHO_DELAY_MAX).as_millis() / FRAME_TIME.as_millis();
    (0..frames).map(|_| SILENCE).collect()
}
