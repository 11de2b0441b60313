//! A clock in the hands of the test.

use std::sync::Mutex;

use offhook_call::{Duration, Time, Turn};
use offhook_service::Clock;

use crate::world::START;

pub(crate) struct HandClock(Mutex<Shown>);

struct Shown {
    now: Time,
    elapsed: Duration,
    drift: Turn,
}

impl HandClock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Shown { now: START, elapsed: Duration::ZERO, drift: Turn(0) }))
    }

    /// Time passes.
    pub(crate) fn advance(&self, by: Duration) {
        let mut hands = self.0.lock().unwrap();
        hands.now = hands.now + by;
        hands.elapsed += by;
    }

    /// Somebody turns the machine's clock.
    pub(crate) fn turn_machine(&self, by: Turn) {
        self.0.lock().unwrap().drift.0 += by.0;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        self.0.lock().unwrap().now
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn drift(&self) -> Turn {
        self.0.lock().unwrap().drift
    }

    fn turn(&self, by: Turn) {
        let mut hands = self.0.lock().unwrap();
        hands.now = hands.now + by;
        hands.drift.0 -= by.0;
    }
}
