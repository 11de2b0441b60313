//! What can be asked of an engine: its legs, and how they do.

use std::time::Instant;

use offhook_call::{CallId, LegSample, LegStatistics, Side};

use super::engine::Engine;
use super::event::Lost;
use super::leg::Leg;
use super::stats::{EngineStats, LegStats};

impl Engine {
    /// The legs that are open, and how those were lost that are.
    pub fn legs(&self) -> impl Iterator<Item = (CallId, Side, Option<Lost>)> {
        let legs = self.bridges.iter().flat_map(|(_, bridge)| bridge.legs());
        legs.map(|leg| (leg.call, leg.key.side, leg.lost))
    }

    /// Counters of the call's legs.
    pub fn stats(&self, call: CallId, side: Side) -> Option<LegStats> {
        let slot = *self.calls.get(&call)?;
        self.bridges.get(slot)?.leg(side).map(Leg::stats)
    }

    /// All that is known of the call's legs and of those that they replaced, in the order in which they were opened.
    pub fn statistics(&self, now: Instant, call: CallId) -> Vec<LegStatistics> {
        let bridge = self.calls.get(&call).and_then(|&slot| self.bridges.get(slot));
        bridge.map(|bridge| bridge.statistics(now)).unwrap_or_default()
    }

    /// How the legs do, in short, of the calls in the places from `from` on, [`Self::SAMPLED_MAX`] at most; and where the
    /// rest begins, if there may be one.
    pub fn samples(&self, from: usize) -> (Vec<(CallId, LegSample)>, Option<usize>) {
        let to = from.saturating_add(Self::SAMPLED_MAX);
        let legs = (from..to).filter_map(|slot| self.bridges.get(slot)).flat_map(|bridge| bridge.legs());
        let samples = legs.map(|leg| (leg.call, leg.sample())).collect();
        (samples, Some(to).filter(|to| *to < self.bridges.capacity()))
    }

    /// Packets wait while they are gone through.
    const SAMPLED_MAX: usize = 128;

    /// Goes through all legs: meant for once a second.
    pub fn totals(&self) -> EngineStats {
        let mut totals = self.stats;
        totals.live_bridges = self.bridges.len() as u64;
        totals.dropped_events = self.events.dropped;
        for leg in self.bridges.iter().flat_map(|(_, bridge)| bridge.legs()) {
            totals.legs += leg.stats();
            totals.live_legs += 1;
            totals.connected_legs += u64::from(leg.is_connected());
        }
        totals
    }
}
