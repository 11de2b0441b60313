//! When a delivery is tried again (contract section 7): at 0, 2, 8, 30 and 60 s, then at twice the time each, until the
//! tries are 6 h apart.

use offhook_call::{Duration, Time};

/// Waits after the first tries: from 0 to 2, 8, 30 and 60 s.
const FIRST_WAITS: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(6), Duration::from_secs(22), Duration::from_secs(30)];

/// The wait after those; every later one is twice the one before it.
const DOUBLING_FROM: Duration = Duration::from_secs(60);

pub(crate) const LONGEST_WAIT: Duration = Duration::from_hours(6);

/// A delivery whose try just failed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failed {
    /// When its schedule began: when it was owed, or last redelivered.
    pub(crate) since: Time,
    /// End of the try.
    pub(crate) at: Time,
    /// Tries before this one, since then.
    pub(crate) tries: u32,
    /// How long the endpoint asked to be left alone. It may put a try off as long as the schedule itself would at
    /// most, and never brings one forward.
    pub(crate) retry_after: Option<Duration>,
}

impl Failed {
    /// The next try, or `None` if it would come later than `give_up_after` from when the schedule began.
    pub(crate) fn next_try(&self, give_up_after: Duration) -> Option<Time> {
        let asked = self.retry_after.unwrap_or_default().min(LONGEST_WAIT);
        let next = self.at + wait(self.tries).max(asked);
        (next <= self.since + give_up_after).then_some(next)
    }
}

fn wait(tries: u32) -> Duration {
    let tries = tries as usize;
    match FIRST_WAITS.get(tries) {
        Some(wait) => *wait,
        None => {
            let doublings = u32::try_from(tries - FIRST_WAITS.len()).unwrap_or(u32::MAX);
            DOUBLING_FROM.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_WAIT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWED: Time = Time(1_790_000_000_000);
    const WEEK: Duration = Duration::from_hours(7 * 24);

    fn failed(at: Time, tries: u32) -> Failed {
        Failed { since: OWED, at, tries, retry_after: None }
    }

    /// Seconds from the first try to each later one, if every try fails at once.
    fn tries() -> Vec<i64> {
        let mut at = OWED;
        let mut seconds = Vec::new();
        for tries in 0.. {
            let Some(next) = failed(at, tries).next_try(WEEK) else { break };
            seconds.push(next.seconds() - OWED.seconds());
            at = next;
        }
        seconds
    }

    #[test]
    fn tries_double_up_to_six_hours_and_end_after_a_week() {
        let tries = tries();
        assert_eq!(tries[..9], [2, 8, 30, 60, 120, 240, 480, 960, 1920]);
        let gaps: Vec<_> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.windows(2).all(|pair| pair[0] <= pair[1] && pair[1] <= 6 * 3600), "{gaps:?}");
        assert_eq!(gaps.last(), Some(&(6 * 3600)));
        let last = tries.last().unwrap();
        assert!((7 * 86_400 - 6 * 3600..=7 * 86_400).contains(last), "{last}");
    }

    #[test]
    fn an_endpoint_may_ask_for_more_time_but_not_for_less_nor_for_ever() {
        let asked = |seconds| Failed { retry_after: Some(Duration::from_secs(seconds)), ..failed(OWED, 1) };
        let waits = |seconds| asked(seconds).next_try(WEEK).map(|next| next.since(OWED).as_secs());
        assert_eq!([waits(0), waits(7), waits(u64::MAX)], [Some(6), Some(7), Some(6 * 3600)]);
    }

    #[test]
    fn many_attempts_do_not_overflow() {
        assert_eq!(wait(u32::MAX), LONGEST_WAIT);
    }
}
