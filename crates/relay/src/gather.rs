//! When to read again.
//!
//! A thread that wakes up for every datagram spends most of its time on waking up: 10 to 20 µs, where the rest takes 6. So
//! while datagrams come quickly, it lets some gather. With few of them it wakes up for each, and with so many that it is
//! never done it does not wait.

use std::time::{Duration, Instant};

pub(crate) struct Gather {
    read_at: Instant,
    pause: Duration,
}

impl Gather {
    pub(crate) fn new(now: Instant) -> Self {
        Self { read_at: now, pause: Duration::ZERO }
    }

    /// So many datagrams have come since the last time.
    pub(crate) fn read(&mut self, now: Instant, datagrams: u32) {
        if datagrams == 0 {
            return self.pause = Duration::ZERO;
        }
        let interval = now.saturating_duration_since(self.read_at) / datagrams;
        self.read_at = now;
        let pause = (interval * DATAGRAMS).min(PAUSE_MAX);
        self.pause = if interval * 2 > PAUSE_MAX { Duration::ZERO } else { pause };
    }

    /// How long to leave the sockets alone.
    pub(crate) fn pause(&self, now: Instant) -> Duration {
        self.pause.saturating_sub(now.saturating_duration_since(self.read_at))
    }
}

/// That are worth waking up for.
const DATAGRAMS: u32 = 16;
/// What a packet is delayed by at most: a twentieth of the speech that it carries.
const PAUSE_MAX: Duration = Duration::from_millis(1);

#[cfg(test)]
mod tests {
    use super::*;

    /// The pause after datagrams have come at this interval, one for each time it read.
    fn pause_at(interval: Duration) -> Duration {
        let start = Instant::now();
        let mut gather = Gather::new(start);
        gather.read(start + interval, 1);
        gather.pause(start + interval)
    }

    #[test]
    fn a_few_datagrams_are_read_as_they_come() {
        assert_eq!(pause_at(Duration::from_micros(501)), Duration::ZERO);
        assert_eq!(pause_at(Duration::from_secs(1)), Duration::ZERO);
    }

    #[test]
    fn as_many_gather_as_are_worth_it_but_none_waits_long() {
        assert_eq!(pause_at(Duration::from_micros(10)), Duration::from_micros(160));
        assert_eq!(pause_at(Duration::from_micros(50)), Duration::from_micros(800));
        assert_eq!(pause_at(Duration::from_micros(400)), PAUSE_MAX);
    }

    #[test]
    fn it_goes_on_gathering_while_several_come_at_a_time() {
        let start = Instant::now();
        let mut gather = Gather::new(start);
        gather.read(start + PAUSE_MAX, 20);
        assert_eq!(gather.pause(start + PAUSE_MAX), Duration::from_micros(800));
    }

    #[test]
    fn who_is_busy_as_long_as_a_pause_takes_none() {
        let start = Instant::now();
        let mut gather = Gather::new(start);
        gather.read(start + Duration::from_micros(256), 64);
        assert_eq!(gather.pause(start + Duration::from_micros(256 + 256)), Duration::ZERO);
    }

    #[test]
    fn a_pause_in_which_nothing_came_is_the_last() {
        let start = Instant::now();
        let mut gather = Gather::new(start);
        gather.read(start + Duration::from_micros(50), 1);
        gather.read(start + Duration::from_micros(850), 0);
        assert_eq!(gather.pause(start + Duration::from_micros(850)), Duration::ZERO);
    }
}
