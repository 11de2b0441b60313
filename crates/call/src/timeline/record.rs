use std::time::Duration;

use super::happening::{Happening, TimelineEntry};

/// How much of a call is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineLimits {
    pub entries: usize,
    /// About how many bytes they take together.
    pub bytes: usize,
}

/// The entries of a call in the order of time, as many as the limits allow. Beyond them the oldest detail goes, then the
/// oldest of anything, and a mark stands where it was; how the call began stays, and what happened last.
#[derive(Debug)]
pub struct Timeline {
    limits: TimelineLimits,
    entries: Vec<Stamped>,
    bytes: usize,
    /// The first so many are how the call began.
    beginning: usize,
    left_out: Option<LeftOut>,
}

#[derive(Debug)]
struct Stamped {
    /// By a clock that nobody turns: this is the order.
    steady: Duration,
    bytes: usize,
    entry: TimelineEntry,
}

#[derive(Debug, Clone, Copy)]
struct LeftOut {
    entries: u64,
    /// Stamps of the last of them.
    steady: Duration,
    at_us: i64,
}

impl Timeline {
    pub fn new(limits: TimelineLimits) -> Self {
        Self { limits, entries: Vec::new(), bytes: 0, beginning: 0, left_out: None }
    }

    /// Records what happened at `steady`, by a clock that nobody turns; it may have been before what is there.
    pub fn record(&mut self, steady: Duration, entry: TimelineEntry) {
        let bytes = entry.what.bytes();
        let at = self.entries.iter().rposition(|before| before.steady <= steady).map_or(0, |before| before + 1);
        self.entries.insert(at, Stamped { steady, bytes, entry });
        self.bytes += bytes;
        let has_room = self.entries.len() <= self.limits.entries / 4 && self.bytes <= self.limits.bytes / 4;
        if has_room || at < self.beginning {
            self.beginning += 1;
        }
        while self.is_over() && self.leave_one_out() {}
    }

    /// All that is there, with the mark of what is not.
    pub fn entries(&self) -> Vec<TimelineEntry> {
        let mut entries: Vec<_> = self.entries.iter().map(|stamped| stamped.entry.clone()).collect();
        if let Some(LeftOut { entries: count, steady, at_us }) = self.left_out {
            let at = self.entries.iter().take_while(|stamped| stamped.steady <= steady).count();
            entries.insert(at, TimelineEntry { at_us, what: Happening::LeftOut { entries: count } });
        }
        entries
    }

    fn is_over(&self) -> bool {
        self.entries.len() > self.limits.entries || self.bytes > self.limits.bytes
    }

    /// Whether there was one that is neither how the call began nor the last.
    fn leave_one_out(&mut self) -> bool {
        let middle = self.beginning..self.entries.len().saturating_sub(1);
        let detail = middle.clone().find(|&at| self.entries[at].entry.what.is_detail());
        let Some(at) = detail.or_else(|| middle.into_iter().next()) else { return false };
        let Stamped { steady, bytes, entry } = self.entries.remove(at);
        self.bytes -= bytes;
        let before = self.left_out;
        let entries = before.map_or(0, |left_out| left_out.entries) + 1;
        let last = before.filter(|last| last.steady > steady);
        let (steady, at_us) = last.map_or((steady, entry.at_us), |last| (last.steady, last.at_us));
        self.left_out = Some(LeftOut { entries, steady, at_us });
        true
    }
}
