//! The keys that a party presses (RFC 4733): one event for all the reports of a key.

use std::time::Duration;

use offhook_call::LegEvent;

use crate::rtp::EventTime;

/// The key that is reported on.
#[derive(Debug, Default)]
pub(super) struct Keys(Option<Pressed>);

#[derive(Debug, Clone, Copy)]
struct Pressed {
    ssrc: u32,
    event: u8,
    /// Of the segment that is reported on: all its reports have the same (section 2.5.1.2).
    timestamp: u32,
    /// Of the segment, and of the full ones before it.
    ticks: u16,
    ticks_before: u32,
    clock_rate: u32,
    ended: bool,
}

impl Keys {
    /// A report came. Returns what is over by it: the key before, whose end was lost, and the key itself, once.
    pub(super) fn reported(
        &mut self,
        ssrc: u32,
        timestamp: u32,
        payload: &[u8],
        clock_rate: u32,
    ) -> impl Iterator<Item = LegEvent> + use<> {
        let report = payload.first().copied().zip(EventTime::read(payload));
        let pressed = report.map(|(event, EventTime { ends, duration })| Pressed {
            ssrc,
            event,
            timestamp,
            ticks: duration,
            ticks_before: 0,
            clock_rate,
            ended: ends,
        });
        let (before, now) = pressed.map_or((None, None), |pressed| self.follow(pressed));
        before.into_iter().chain(now).map(Pressed::told)
    }

    fn follow(&mut self, reported: Pressed) -> (Option<Pressed>, Option<Pressed>) {
        let last = self.0;
        let (before, pressed) = match last.filter(|last| last.ssrc == reported.ssrc) {
            Some(last) if last.timestamp == reported.timestamp => {
                let (ticks, ended) = (last.ticks.max(reported.ticks), last.ended || reported.ended);
                (None, Pressed { ticks, ended, ..last })
            }
            // A late report of what is over.
            Some(last) if reported.timestamp.wrapping_sub(last.timestamp).cast_signed() < 0 => (None, last),
            // The next segment of a long event (section 2.5.1.3).
            Some(last) if !last.ended && last.event == reported.event && last.ticks == u16::MAX => {
                (None, Pressed { ticks_before: last.ticks_before + u32::from(u16::MAX), ..reported })
            }
            Some(_) | None => (last.filter(|last| !last.ended), reported),
        };
        self.0 = Some(pressed);
        let is_same = |last: Pressed| (last.ssrc, last.timestamp) == (pressed.ssrc, pressed.timestamp);
        let is_new = last.is_none_or(|last| !is_same(last) || !last.ended);
        (before, Some(pressed).filter(|pressed| pressed.ended && is_new))
    }
}

impl Pressed {
    fn told(self) -> LegEvent {
        let ticks = u64::from(self.ticks_before) + u64::from(self.ticks);
        let held = Duration::from_micros(ticks * 1_000_000 / u64::from(self.clock_rate.max(1)));
        let key = KEYS.get(usize::from(self.event)).map(|key| char::from(*key));
        LegEvent::Key { key, held_ms: u32::try_from(held.as_millis()).unwrap_or(u32::MAX) }
    }
}

/// By event code (section 3.2).
const KEYS: &[u8; 16] = b"0123456789*#ABCD";

#[cfg(test)]
mod tests {
    use super::*;

    fn report(keys: &mut Keys, timestamp: u32, event: u8, duration: u16, ends: bool) -> Vec<(Option<char>, u32)> {
        let [high, low] = duration.to_be_bytes();
        let payload = [event, if ends { 0x8A } else { 0x0A }, high, low];
        let told = keys.reported(1, timestamp, &payload, 8000).map(|event| match event {
            LegEvent::Key { key, held_ms } => (key, held_ms),
            other => panic!("{other:?}"),
        });
        told.collect()
    }

    #[test]
    fn a_key_is_told_once_with_how_long_it_was_held() {
        let mut keys = Keys::default();
        assert_eq!(report(&mut keys, 1000, 5, 160, false), []);
        assert_eq!(report(&mut keys, 1000, 5, 800, true), [(Some('5'), 100)]);
        assert_eq!(report(&mut keys, 1000, 5, 800, true), []);
        assert_eq!(report(&mut keys, 9000, 11, 400, true), [(Some('#'), 50)]);
        assert_eq!(report(&mut keys, 1000, 5, 800, true), [], "late");
        assert_eq!(report(&mut keys, 20_000, 16, 400, true), [(None, 50)], "no key");
        assert_eq!(keys.reported(1, 30_000, &[1], 8000).count(), 0, "too short");
    }

    #[test]
    fn a_key_whose_end_was_lost_is_told_with_the_next() {
        let mut keys = Keys::default();
        assert_eq!(report(&mut keys, 1000, 1, 640, false), []);
        assert_eq!(report(&mut keys, 5000, 1, 160, false), [(Some('1'), 80)]);
        assert_eq!(report(&mut keys, 5000, 1, 320, true), [(Some('1'), 40)]);
    }

    #[test]
    fn the_segments_of_a_long_key_are_one() {
        let mut keys = Keys::default();
        assert_eq!(report(&mut keys, 0, 10, u16::MAX, false), []);
        assert_eq!(report(&mut keys, 65_535, 10, 80, false), []);
        assert_eq!(report(&mut keys, 65_535, 10, 160, true), [(Some('*'), 8211)]);
    }
}
