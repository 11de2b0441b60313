//! The streams that a peer sends, by SSRC.

use std::ops::Range;
use std::time::{Duration, Instant};

use smallvec::SmallVec;

use crate::rtcp;
use crate::rtp::Header;
use crate::srtp::{OpenContext, OpenError, ReplayWindow, StreamIndex};

/// What is known of the SSRCs of one peer. An SSRC enters with its first authentic packet and stays, because forgetting
/// its replay window would let its old packets in again.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// At most [`SOURCES_MAX`]. Those that an audio call needs stand inline: a packet need not follow a pointer to them.
    list: SmallVec<[Source; SOURCES_USUAL]>,
    /// SSRCs that the peer's offer declares, for which room is kept.
    declared: Vec<u32>,
}

/// The section of the peer's offer that a stream belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Audio,
    /// By its place in the leg's list.
    Video(usize),
}

/// An authentic RTP packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrival {
    /// The place of its source, until the next packet.
    pub(super) source: usize,
    pub(super) extended_sequence: u64,
    /// Where the decrypted payload is in the packet.
    pub(super) payload: Range<usize>,
}

#[derive(Debug, Default)]
struct Source {
    ssrc: u32,
    rtp: StreamIndex,
    rtcp: ReplayWindow,
    received: u64,
    first: u64,
    highest: u64,
    /// Where it was found to belong.
    section: Option<Section>,
    /// When it was forwarded last; `None` if it never was.
    turn_at: Option<Instant>,
}

/// Why a packet is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Srtp(OpenError),
    TooManySources,
}

impl Sources {
    pub(super) fn new(declared: Vec<u32>) -> Self {
        Self { list: SmallVec::new(), declared }
    }

    /// Another offer was made. `moved` tells where a section is now.
    pub(super) fn update(&mut self, declared: Vec<u32>, moved: impl Fn(Section) -> Option<Section>) {
        for source in &mut self.list {
            // What the offer says is newer than what was learned.
            let learned = source.section.filter(|_| !declared.contains(&source.ssrc));
            source.section = learned.and_then(&moved);
        }
        self.declared = declared;
    }

    pub(super) fn open_rtp(
        &mut self,
        context: &OpenContext,
        header: &Header,
        packet: &mut [u8],
    ) -> Result<Arrival, Refused> {
        let (source, opened) = self.with(header.ssrc, |source| {
            let opened = context.open_rtp(&mut source.rtp, header, packet)?;
            source.count(opened.extended_sequence);
            Ok(opened)
        })?;
        Ok(Arrival { source, extended_sequence: opened.extended_sequence, payload: opened.payload })
    }

    /// Returns the length of the compound packet.
    pub(super) fn open_rtcp(&mut self, context: &OpenContext, packet: &mut [u8]) -> Result<usize, Refused> {
        let sender = rtcp::sender(packet).ok_or(Refused::Srtp(OpenError::Truncated))?;
        let (_, len) = self.with(sender, |source| context.open_rtcp(&mut source.rtcp, packet))?;
        Ok(len)
    }

    /// Where the source at `at` was found to belong.
    pub(super) fn section(&self, at: usize) -> Option<Section> {
        self.list[at].section
    }

    pub(super) fn belongs_to(&mut self, at: usize, section: Section) {
        self.list[at].section = Some(section);
    }

    /// Whether the packet's source is the one of its kind that is forwarded: `current`, which it may become.
    ///
    /// A peer sends one stream of a kind at a time. A new SSRC becomes the current one with its first packet; one that
    /// had its turn gets another only when the current one has fallen silent.
    pub(super) fn takes_turn(&mut self, now: Instant, at: usize, current: &mut Option<u32>) -> bool {
        let Source { ssrc, turn_at, .. } = self.list[at];
        if *current != Some(ssrc) {
            if turn_at.is_some() && !self.is_silent(now, *current) {
                return false;
            }
            *current = Some(ssrc);
        }
        self.list[at].turn_at = Some(now);
        true
    }

    pub(super) fn is(&self, at: usize, ssrc: Option<u32>) -> bool {
        ssrc == Some(self.list[at].ssrc)
    }

    /// Packets that were sent and did not come, by sequence numbers (RFC 3550 section A.3).
    pub(super) fn lost(&self) -> u64 {
        self.list.iter().map(Source::lost).sum()
    }

    fn is_silent(&self, now: Instant, ssrc: Option<u32>) -> bool {
        let source = self.list.iter().find(|source| Some(source.ssrc) == ssrc);
        let last = source.and_then(|source| source.turn_at);
        last.is_none_or(|at| now.saturating_duration_since(at) >= TURN)
    }

    /// Lets `open` work on the source's state, which is kept only if it succeeds. Returns its place too.
    fn with<T>(
        &mut self,
        ssrc: u32,
        open: impl FnOnce(&mut Source) -> Result<T, OpenError>,
    ) -> Result<(usize, T), Refused> {
        if let Some(at) = self.list.iter().position(|source| source.ssrc == ssrc) {
            return open(&mut self.list[at]).map(|opened| (at, opened)).map_err(Refused::Srtp);
        }
        if !self.has_room(ssrc) {
            return Err(Refused::TooManySources);
        }
        let mut source = Source { ssrc, ..Source::default() };
        let opened = open(&mut source).map_err(Refused::Srtp)?;
        self.list.push(source);
        Ok((self.list.len() - 1, opened))
    }

    /// SSRCs that no offer declared do not take the room of those that one did.
    fn has_room(&self, ssrc: u32) -> bool {
        let max = if self.declared.contains(&ssrc) { SOURCES_MAX } else { UNDECLARED_MAX };
        self.list.len() < max
    }
}

impl Source {
    fn count(&mut self, extended_sequence: u64) {
        if self.received == 0 {
            self.first = extended_sequence;
        }
        self.received += 1;
        self.highest = self.highest.max(extended_sequence);
        self.first = self.first.min(extended_sequence);
    }

    fn lost(&self) -> u64 {
        let expected = if self.received == 0 { 0 } else { self.highest - self.first + 1 };
        expected.saturating_sub(self.received)
    }
}

/// Audio, and the sender of reports if it has an SSRC of its own.
const SOURCES_USUAL: usize = 2;
/// Audio, a camera and a screen, each with its repair.
const SOURCES_AT_ONCE: usize = 1 + 2 * 2;
/// Clients change the SSRC of audio only after a collision, but some take new ones whenever video is switched on.
const UNDECLARED_MAX: usize = 4 * SOURCES_AT_ONCE;
const SOURCES_MAX: usize = 16 * SOURCES_AT_ONCE;
const TURN: Duration = Duration::from_secs(1);
