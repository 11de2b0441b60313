//! The time of telephone events (RFC 4733) where the two legs' clocks differ.
//!
//! An event belongs to the audio's stream and stands in its time base (section 2.1), whatever clock rate its payload
//! type names; that rate is the unit of its duration (section 2.3.5).

/// An event of a peer that names a clock of its own: its time on our side, for all its packets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    /// What tells it from other events.
    pub(super) received: u32,
    /// When it began, on the stream's clock.
    pub(super) sent: u32,
    /// Segments that were reported with the longest duration.
    segments_told: u32,
}

/// Where a report of an event stands in the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Segment {
    /// Ticks from the event's beginning to the segment's.
    pub(super) begins: u32,
    /// Ticks from there on.
    pub(super) duration: u16,
}

impl Event {
    pub(super) fn new(received: u32, sent: u32) -> Self {
        Self { received, sent, segments_told: 0 }
    }

    /// A report of an event that has lasted for `ticks`, of which one segment can tell no more than
    /// [`SEGMENT_TICKS_MAX`]. The first report beyond that becomes the full segment's last one (section 2.5.1.3), unless
    /// it is the end of the event, which is told thrice and must not be told early.
    pub(super) fn segment(&mut self, ticks: u32, ends: bool) -> Segment {
        let full = ticks.saturating_sub(1) / SEGMENT_TICKS_MAX;
        if full > self.segments_told && !ends {
            let begins = self.segments_told * SEGMENT_TICKS_MAX;
            self.segments_told += 1;
            return Segment { begins, duration: u16::MAX };
        }
        let begins = full * SEGMENT_TICKS_MAX;
        let duration = u16::try_from(ticks - begins).expect("what is beyond the full segments fits in one");
        Segment { begins, duration }
    }
}

/// Ticks of one clock in ticks of another.
pub(super) fn scaled(ticks: u16, from_rate: u32, to_rate: u32) -> u32 {
    let ticks = u64::from(ticks) * u64::from(to_rate) / u64::from(from_rate.max(1));
    u32::try_from(ticks).unwrap_or(u32::MAX)
}

const SEGMENT_TICKS_MAX: u32 = u16::MAX as u32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_follow_the_clock() {
        for (from, to, duration, expected) in
            [(8_000, 48_000, 160, 960), (48_000, 8_000, 24_000, 4_000), (8_000, 48_000, 0xFFFF, 393_210)]
        {
            assert_eq!(scaled(duration, from, to), expected);
        }
    }

    #[test]
    fn a_full_segment_is_told_before_the_next_one_begins() {
        let mut event = Event::new(1, 2);
        let mut at = |ticks, ends| {
            let Segment { begins, duration } = event.segment(ticks, ends);
            (begins, duration)
        };
        assert_eq!(at(0, false), (0, 0));
        assert_eq!(at(65_535, false), (0, 65_535), "just full");
        assert_eq!(at(66_000, false), (0, 65_535), "the last report of the first segment");
        assert_eq!(at(67_000, false), (65_535, 1_465));
        assert_eq!(at(66_500, false), (65_535, 965), "out of order");
        assert_eq!(at(60_000, false), (0, 60_000), "later still");
        assert_eq!(at(131_070, false), (65_535, 65_535));
        for _ in 0..3 {
            assert_eq!(at(131_071, true), (131_070, 1), "the end is told as it is");
        }
    }
}
