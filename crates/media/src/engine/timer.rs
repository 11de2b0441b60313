//! The timers of all legs in one ordered set.

use std::collections::BTreeSet;
use std::time::Instant;

use super::leg::LegKey;

/// What is due. A timer is never cancelled: when it fires, the leg looks whether there is anything to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// The leg must be connected by now.
    Connect,
    /// The peer must have been heard since; set again from when it was heard last, so packets touch no timer.
    Silence,
    /// A DTLS flight may have to be sent again.
    Handshake,
    /// Stream B was not reported on in time, or takes over from A.
    Hearing,
    /// A key frame that is wanted may be asked for again.
    Picture,
    /// A fault of a sandbox: what the peer sends goes no further.
    Cut,
}

#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Instant, LegKey, Timer)>);

impl Timers {
    pub(super) fn set(&mut self, at: Instant, leg: LegKey, timer: Timer) {
        self.0.insert((at, leg, timer));
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.0.first().map(|&(at, _, _)| at)
    }

    pub(super) fn pop_due(&mut self, now: Instant) -> Option<(LegKey, Timer)> {
        let &(at, leg, timer) = self.0.first()?;
        if at > now {
            return None;
        }
        self.0.pop_first();
        Some((leg, timer))
    }
}
