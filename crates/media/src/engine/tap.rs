//! What a captured call carries, as it is without encryption, for whoever asked for it: only a sandbox does.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Instant;

use offhook_call::{CallId, PathStatistics, Side};

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

/// Packets that were captured and not yet polled; more are left out.
#[derive(Debug, Default)]
pub(super) struct Taps(RefCell<VecDeque<Captured>>);

/// Takes the packets of one call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tap<'a> {
    pub(super) taps: &'a Taps,
    pub(super) call: CallId,
}

impl Taps {
    pub(super) fn pop(&mut self) -> Option<Captured> {
        self.0.get_mut().pop_front()
    }
}

impl Tap<'_> {
    /// The way of a packet that came is not told with it: it is taken to be the one in use, `None` if there is none.
    pub(super) fn take(self, at: Instant, side: Side, from_party: bool, way: Option<Route>, packet: &[u8]) {
        let mut taken = self.taps.0.borrow_mut();
        if let Some(way) = way
            && taken.len() < TAKEN_MAX
        {
            let path = way.shown();
            taken.push_back(Captured { call: self.call, side, from_party, path, at, packet: packet.to_owned() });
        }
    }
}

/// As many as a shard reads in a turn, each forwarded.
const TAKEN_MAX: usize = 4096;
