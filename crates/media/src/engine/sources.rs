//! The streams that a peer sends, by SSRC.

use std::time::{Duration, Instant};

use smallvec::SmallVec;

use crate::rtcp;
use crate::rtp::Header;
use crate::srtp::{OpenContext, OpenError, Opened, ReplayWindow, StreamIndex};

/// What is known of the SSRCs of one peer. An SSRC enters with its first authentic packet and stays, because forgetting
/// its replay window would let its old packets in again.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// At most [`SOURCES_MAX`]. Those that a call needs stand inline: a packet need not follow a pointer to them.
    list: SmallVec<[Source; SOURCES_USUAL]>,
    /// The SSRC whose audio is forwarded.
    current: Option<u32>,
    current_heard_at: Option<Instant>,
}

#[derive(Debug, Default)]
struct Source {
    ssrc: u32,
    rtp: StreamIndex,
    rtcp: ReplayWindow,
    received: u64,
    first: u64,
    highest: u64,
    /// It was the current one at least once.
    had_turn: bool,
}

/// Whether a packet's SSRC is the one whose audio is forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Current,
    /// From this packet on.
    Changed,
    /// Another one is.
    Other,
}

/// Why a packet is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    Srtp(OpenError),
    TooManySources,
}

impl Sources {
    pub(super) fn open_rtp(
        &mut self,
        context: &OpenContext,
        header: &Header,
        packet: &mut [u8],
    ) -> Result<Opened, Refused> {
        let mut opened = None;
        self.with(header.ssrc, |source| {
            let packet = context.open_rtp(&mut source.rtp, header, packet)?;
            source.count(packet.extended_sequence);
            opened = Some(packet);
            Ok(())
        })?;
        Ok(opened.expect("an authentic packet was opened"))
    }

    /// Returns the length of the compound packet.
    pub(super) fn open_rtcp(&mut self, context: &OpenContext, packet: &mut [u8]) -> Result<usize, Refused> {
        let sender = rtcp::sender(packet).ok_or(Refused::Srtp(OpenError::Truncated))?;
        let mut len = 0;
        self.with(sender, |source| {
            len = context.open_rtcp(&mut source.rtcp, packet)?;
            Ok(())
        })?;
        Ok(len)
    }

    /// The stream whose audio is forwarded, if any was.
    pub(super) fn current(&self) -> Option<u32> {
        self.current
    }

    pub(super) fn had_turn(&self, ssrc: u32) -> bool {
        self.list.iter().any(|source| source.ssrc == ssrc && source.had_turn)
    }

    /// A peer sends one stream at a time. A new SSRC becomes the current one with its first packet; one that had its
    /// turn gets another only when the current one has fallen silent.
    pub(super) fn turn(&mut self, now: Instant, ssrc: u32) -> Turn {
        let silent = self.current_heard_at.is_none_or(|at| now.saturating_duration_since(at) >= TURN);
        let turn = if self.current == Some(ssrc) {
            Turn::Current
        } else if self.first_turn(ssrc) || silent {
            Turn::Changed
        } else {
            return Turn::Other;
        };
        self.current = Some(ssrc);
        self.current_heard_at = Some(now);
        turn
    }

    /// Packets that were sent and did not come, by sequence numbers (RFC 3550 section A.3).
    pub(super) fn lost(&self) -> u64 {
        self.list.iter().map(Source::lost).sum()
    }

    fn first_turn(&mut self, ssrc: u32) -> bool {
        let source = self.list.iter_mut().find(|source| source.ssrc == ssrc);
        source.is_some_and(|source| !std::mem::replace(&mut source.had_turn, true))
    }

    /// Lets `open` work on the source's state, which is kept only if it succeeds.
    fn with(&mut self, ssrc: u32, open: impl FnOnce(&mut Source) -> Result<(), OpenError>) -> Result<(), Refused> {
        if let Some(source) = self.list.iter_mut().find(|source| source.ssrc == ssrc) {
            return open(source).map_err(Refused::Srtp);
        }
        if self.list.len() >= SOURCES_MAX {
            return Err(Refused::TooManySources);
        }
        let mut source = Source { ssrc, ..Source::default() };
        open(&mut source).map_err(Refused::Srtp)?;
        self.list.push(source);
        Ok(())
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
/// Clients change SSRC only after a collision.
const SOURCES_MAX: usize = 8;
const TURN: Duration = Duration::from_secs(1);
