//! When calls start and end: by schedule, however the server does.

use std::time::Duration;

/// How many calls at a time, how many new ones a second and for how long. How long a call lasts follows (calls / rate),
/// since that keeps so many live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    calls: u32,
    rate: f64,
    time: Duration,
}

/// A load that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PlanError {
    #[error("{0} calls at a time: at least 1 and at most {CALLS_MAX}")]
    Calls(u32),
    #[error("{0} new calls a second: more than 0 and at most {RATE_MAX}")]
    Rate(f64),
    #[error(
        "a call would last {:.2} s, calls / rate; less than {} s tells nothing: more calls at a time, or fewer a second",
        .0.as_secs_f64(),
        LENGTH_MIN.as_secs()
    )]
    TooShort(Duration),
    #[error(
        "calls are started for {:.1} s, but only after {:.1} s (calls / rate) are all of them live at a time: a longer \
         time, fewer calls, or more a second",
        .time.as_secs_f64(),
        .length.as_secs_f64()
    )]
    NeverFull { time: Duration, length: Duration },
    #[error("{0} calls in all: at most {STARTS_MAX}")]
    TooMany(u64),
}

const CALLS_MAX: u32 = 100_000;
const RATE_MAX: f64 = 10_000.0;
/// Ringing, ICE and DTLS have to fit in, and some speech.
const LENGTH_MIN: Duration = Duration::from_secs(1);
/// A call's number goes into its packets.
const STARTS_MAX: u64 = u32::MAX as u64;

impl Plan {
    pub fn new(calls: u32, rate: f64, time: Duration) -> Result<Self, PlanError> {
        if !(1..=CALLS_MAX).contains(&calls) {
            return Err(PlanError::Calls(calls));
        }
        if !(rate > 0.0 && rate <= RATE_MAX) {
            return Err(PlanError::Rate(rate));
        }
        let plan = Self { calls, rate, time };
        let length = plan.length();
        match plan.starts() {
            _ if length < LENGTH_MIN => Err(PlanError::TooShort(length)),
            _ if length > time => Err(PlanError::NeverFull { time, length }),
            starts if starts > STARTS_MAX => Err(PlanError::TooMany(starts)),
            _ => Ok(plan),
        }
    }

    /// Calls at a time.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// New calls a second.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// How long calls are started.
    pub fn time(&self) -> Duration {
        self.time
    }

    /// From the moment at which a call should have started until it is ended, however long its set-up takes.
    pub fn length(&self) -> Duration {
        Duration::from_secs_f64(f64::from(self.calls) / self.rate)
    }

    /// Calls in all.
    pub fn starts(&self) -> u64 {
        (self.rate * self.time.as_secs_f64()).ceil() as u64
    }

    /// When a call should start; the first is number 0. Counted from the beginning, so that no error adds up.
    pub fn start(&self, number: u64) -> Duration {
        Duration::from_secs_f64(number as f64 / self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn so_many_calls_are_live_once_the_load_is_full() {
        let plan = Plan::new(500, 20.0, MINUTE).unwrap();
        assert_eq!((plan.length(), plan.starts()), (Duration::from_secs(25), 1_200));
        for moment in [25.0, 40.01, 59.99].map(Duration::from_secs_f64) {
            let live = |number: &u64| (plan.start(*number)..plan.start(*number) + plan.length()).contains(&moment);
            assert_eq!((0..plan.starts()).filter(live).count(), 500, "at {moment:?}");
        }
        assert!(plan.start(plan.starts() - 1) < MINUTE && plan.start(plan.starts()) >= MINUTE);
    }

    #[test]
    fn starts_do_not_drift() {
        let plan = Plan::new(30, 3.0, Duration::from_secs(24 * 3_600)).unwrap();
        assert_eq!(plan.start(3 * 86_399), Duration::from_secs(86_399));
    }

    #[test]
    fn a_load_that_contradicts_itself_says_what_to_change() {
        assert_eq!(Plan::new(0, 1.0, MINUTE), Err(PlanError::Calls(0)));
        assert!(matches!(Plan::new(1, f64::NAN, MINUTE), Err(PlanError::Rate(_))));
        assert!(matches!(Plan::new(1, 0.0, MINUTE), Err(PlanError::Rate(_))));
        let short = Plan::new(10, 20.0, MINUTE).unwrap_err().to_string();
        assert!(short.contains("0.50 s") && short.contains("fewer a second"), "{short}");
        let never = Plan::new(500, 5.0, MINUTE).unwrap_err().to_string();
        assert!(never.contains("60.0 s") && never.contains("100.0 s"), "{never}");
    }
}
