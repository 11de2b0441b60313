//! What a line counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::Milestone;
use crate::audio::Level;

/// A line's counts at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// When each step of the connection was reached, since the line was set up.
    pub milestones: BTreeMap<Milestone, Duration>,
    /// RTP packets sent, and their SSRC once something is sent.
    pub packets_sent: u64,
    pub ssrc: Option<u32>,
    pub streams: Vec<StreamReport>,
    pub heard: Heard,
    pub video: Vec<VideoReport>,
    /// The echo of a marked tone, heard back: from mouth to ear, both jitter buffers included.
    pub round_trip: Option<Duration>,
}

impl Statistics {
    /// Of all streams. While a voice moves to another section it comes in both, so this can be more than was spoken.
    pub fn packets_received(&self) -> u64 {
        self.streams.iter().map(|stream| stream.received).sum()
    }

    /// Of the sections that received: each packet of a voice once.
    pub fn packets_played(&self) -> u64 {
        self.streams.iter().map(|stream| stream.played).sum()
    }

    pub fn packets_lost(&self) -> u64 {
        self.streams.iter().map(|stream| stream.lost).sum()
    }

    /// Packets of the section `mid` that were played.
    pub fn played_in(&self, mid: &str) -> u64 {
        self.streams.iter().filter(|stream| stream.mid == mid).map(|stream| stream.played).sum()
    }
}

/// One stream that arrived, by SSRC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamReport {
    pub ssrc: u32,
    /// The section that it belongs to.
    pub mid: String,
    pub received: u64,
    /// Sequence numbers between the first and the highest that never came.
    pub lost: u64,
    /// Came after their turn.
    pub too_late: u64,
    /// Came while the section received, so they are heard.
    pub played: u64,
}

/// One video stream that arrived, by SSRC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoReport {
    pub ssrc: u32,
    /// The section that it belongs to.
    pub mid: String,
    /// Frames of which every packet came, in order.
    pub frames: u64,
    /// Frames that lack a part.
    pub broken: u64,
    /// The last whole frame, as it was encoded.
    pub last: Arc<[u8]>,
    /// The last whole key frame, which shows a picture by itself.
    pub last_key: Option<Arc<[u8]>>,
}

/// What came out of the loudspeaker, in ticks of 20 ms since the first sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// Ticks with sound.
    pub frames: u64,
    /// Ticks without.
    pub silent: u64,
    /// Ticks in which two streams sounded at once.
    pub doubled: u64,
    /// Of the ticks with sound.
    pub level: Level,
}

impl Heard {
    pub(super) fn nothing(listen_for_hz: u32) -> Self {
        Self { frames: 0, silent: 0, doubled: 0, level: Level::of(listen_for_hz) }
    }

    /// What was heard after `earlier`, a report of the same line.
    pub fn since(&self, earlier: &Heard) -> Heard {
        Heard {
            frames: self.frames - earlier.frames,
            silent: self.silent - earlier.silent,
            doubled: self.doubled - earlier.doubled,
            level: self.level.since(&earlier.level),
        }
    }
}
