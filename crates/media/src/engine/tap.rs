//! What a captured call carries, as it is without encryption, for whoever asked for it: only a sandbox does.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::time::Instant;

use offhook_call::{CallId, PathStatistics, Side};

use super::bridge::Bridge;
use super::transmits::Route;

/// A packet of RTP or RTCP: as it was after it was opened, or before it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    pub call: CallId,
    /// Whose leg it went over.
    pub side: Side,
    /// Whether the party sent it; if not, the server did.
    pub from_party: bool,
    pub path: PathStatistics,
    pub at: Instant,
    pub packet: Vec<u8>,
}

/// What an engine captures.
#[derive(Debug, Default)]
pub(super) struct Taps {
    /// The calls that are captured, and those that are to be once they have a bridge. Empty on every server that is no
    /// sandbox, so it is asked before a bridge is.
    calls: HashSet<CallId>,
    /// Packets that were captured and not yet polled; more are left out.
    taken: RefCell<VecDeque<Captured>>,
}

/// Takes the packets of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tap<'a> {
    taps: &'a Taps,
    call: CallId,
}

impl Taps {
    /// Begins or ends the capture of a call; whether it is captured now.
    pub(super) fn set(&mut self, call: CallId, on: bool) -> bool {
        let on = on && self.calls.len() < CALLS_MAX;
        if on {
            self.calls.insert(call);
        } else {
            self.calls.remove(&call);
        }
        on
    }

    pub(super) fn are_for(&self, call: CallId) -> bool {
        self.calls.contains(&call)
    }

    pub(super) fn of(&self, bridge: &Bridge) -> Option<Tap<'_>> {
        let is_captured = !self.calls.is_empty() && bridge.captured;
        is_captured.then_some(Tap { taps: self, call: bridge.call })
    }

    pub(super) fn pop(&mut self) -> Option<Captured> {
        self.taken.get_mut().pop_front()
    }
}

impl Tap<'_> {
    /// The way of a packet that came is not told with it: it is taken to be the one in use, `None` if there is none.
    pub(super) fn take(self, at: Instant, side: Side, from_party: bool, way: Option<Route>, packet: &[u8]) {
        let mut taken = self.taps.taken.borrow_mut();
        if let Some(way) = way
            && taken.len() < TAKEN_MAX
        {
            let path = way.shown();
            taken.push_back(Captured { call: self.call, side, from_party, path, at, packet: packet.to_owned() });
        }
    }
}

/// Calls of an engine that are captured at a time.
const CALLS_MAX: usize = 256;
/// As many as a shard reads in a turn, each forwarded.
const TAKEN_MAX: usize = 4096;
