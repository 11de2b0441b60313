//! Time as data.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

pub use std::time::Duration;

/// A moment: milliseconds since the Unix epoch, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub i64);

impl Time {
    /// Whole seconds since the epoch, as Graph writes times.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long since `earlier`; zero if the clock went back.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_millis(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

/// By how much a clock was turned, in milliseconds; negative: back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turn(pub i64);

impl Add<Turn> for Time {
    type Output = Time;

    fn add(self, turn: Turn) -> Time {
        Time(self.0.saturating_add(turn.0))
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(millis(duration)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;

    fn sub(self, duration: Duration) -> Time {
        Time(self.0.saturating_sub(millis(duration)))
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
