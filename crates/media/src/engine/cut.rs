//! A fault of a sandbox: media stops one way. A leg that has none spends a look at one flag for each packet.

use std::time::Duration;

use super::io::Io;
use super::leg::Leg;
use super::timer::Timer;

impl Leg {
    /// What the peer sends goes no further, so long after its first packet.
    pub(super) fn cut_after(&mut self, after: Duration, io: &mut Io<'_>) {
        self.ledger.cut_after = Some(after);
        self.set_cut_timer(io);
    }

    /// Nothing to set without such a fault, or before the first packet.
    pub(super) fn set_cut_timer(&self, io: &mut Io<'_>) {
        if let (Some(after), Some(first)) = (self.ledger.cut_after, self.stats.first_packet_at) {
            io.timers.set(first + after, self.key, Timer::Cut);
        }
    }
}
