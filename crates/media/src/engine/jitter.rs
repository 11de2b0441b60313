//! Interarrival jitter of the audio that a peer sends (RFC 3550 section 6.4.1), as it arrives here.

use std::time::{Duration, Instant};

use offhook_call::Spread;

use super::outbound::AUDIO_CLOCK_RATE;

/// The estimate. Written with every packet, so it is small.
#[derive(Debug, Default)]
pub(super) struct Jitter {
    last: Option<Arrived>,
    /// In sixteenths of a tick (RFC 3550 section A.8), as are `max` and `sum`.
    estimate: u32,
    max: u32,
    sum: u64,
    samples: u64,
}

#[derive(Debug, Clone, Copy)]
struct Arrived {
    at: Instant,
    ssrc: u32,
    timestamp: u32,
}

impl Jitter {
    /// A packet whose timestamp says when it was sampled. Not for telephone events, whose packets share one.
    pub(super) fn arrived(&mut self, at: Instant, ssrc: u32, timestamp: u32) {
        let Some(last) = self.last.replace(Arrived { at, ssrc, timestamp }) else { return };
        if last.ssrc != ssrc {
            return;
        }
        let apart = ticks(at.saturating_duration_since(last.at));
        let difference = apart.wrapping_sub(timestamp.wrapping_sub(last.timestamp)).cast_signed().unsigned_abs();
        if difference >= JUMP {
            return;
        }
        self.estimate = self.estimate - ((self.estimate + 8) >> 4) + difference;
        self.max = self.max.max(self.estimate);
        self.sum += u64::from(self.estimate);
        self.samples += 1;
    }

    /// Whether any audio came.
    pub(super) fn is_begun(&self) -> bool {
        self.last.is_some()
    }

    pub(super) fn spread(&self) -> Option<Spread> {
        let mean = self.sum.checked_div(self.samples)?;
        let us = |sixteenths: u64| sixteenths * 1_000_000 / (16 * u64::from(AUDIO_CLOCK_RATE));
        Some(Spread { last_us: us(self.estimate.into()), mean_us: us(mean), max_us: us(self.max.into()) })
    }
}

/// Of the audio's clock, modulo 2^32.
fn ticks(elapsed: Duration) -> u32 {
    let of_nanos = u64::from(elapsed.subsec_nanos()) * u64::from(AUDIO_CLOCK_RATE) / 1_000_000_000;
    (elapsed.as_secs() as u32).wrapping_mul(AUDIO_CLOCK_RATE).wrapping_add(of_nanos as u32)
}

/// A difference that no network makes: the sender's clock began anew. 5 s.
const JUMP: u32 = 5 * AUDIO_CLOCK_RATE;

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(apart_ms: impl IntoIterator<Item = u64>) -> Jitter {
        let (mut jitter, mut at) = (Jitter::default(), Instant::now());
        for (number, apart) in (0u32..).zip(apart_ms) {
            at += Duration::from_millis(apart);
            // The sender's clock wraps on the way.
            jitter.arrived(at, 1, number.wrapping_mul(960).wrapping_sub(9_600));
        }
        jitter
    }

    #[test]
    fn a_steady_stream_has_none() {
        let spread = arrivals([20; 100]).spread().expect("packets came");
        assert_eq!((spread.last_us, spread.mean_us, spread.max_us), (0, 0, 0));
        assert_eq!(Jitter::default().spread(), None);
        assert_eq!(arrivals([20]).spread(), None, "one packet is no interval");
    }

    #[test]
    fn packets_that_are_early_and_late_by_turns_have_what_they_differ_by() {
        let spread = arrivals([16, 24].into_iter().cycle().take(400)).spread().expect("packets came");
        assert!(spread.last_us.abs_diff(4_000) < 100 && spread.max_us < 4_100, "{spread:?}");
        assert!((3_700..4_000).contains(&spread.mean_us), "it began with none: {spread:?}");
    }

    #[test]
    fn silence_and_a_clock_that_begins_anew_are_no_jitter() {
        let (mut jitter, now) = (Jitter::default(), Instant::now());
        let mut arrived = |ms, ssrc, timestamp| jitter.arrived(now + Duration::from_millis(ms), ssrc, timestamp);
        arrived(0, 1, 0);
        arrived(20, 1, 960);
        arrived(3_600_020, 1, 960 + 3_600 * 48_000);
        arrived(3_600_040, 1, 77);
        arrived(3_600_060, 2, 999_999);
        arrived(3_600_080, 2, 1_000_959);
        assert_eq!(jitter.spread().map(|spread| spread.max_us), Some(0));
    }
}
