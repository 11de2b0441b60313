//! A clock that the own API of a sandbox stops, moves on and lets go.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use offhook_call::{Duration, Time, Turn};
use offhook_store::Hands;

use super::Clock;

/// Goes with another clock, ahead of it by what it was moved on, or stands. It goes back by nobody's wish. What it shows
/// is the time of everything that is stored; media and sockets keep the machine's.
pub struct SandboxClock {
    under: Arc<dyn Clock>,
    pace: Mutex<Pace>,
}

#[derive(Debug, Clone, Copy)]
enum Pace {
    /// What it shows, and what has elapsed, is ahead of the clock below.
    Going {
        now: Turn,
        elapsed_nanos: i128,
    },
    Frozen {
        at: Time,
        elapsed: Duration,
    },
}

impl SandboxClock {
    /// As it stood when its hands were kept.
    pub fn on(under: Arc<dyn Clock>, hands: Hands) -> Self {
        let pace = match hands {
            Hands::Going { ahead } => Pace::Going { now: ahead, elapsed_nanos: 0 },
            Hands::Frozen { at } => Pace::Frozen { at, elapsed: under.elapsed() },
        };
        Self { under, pace: Mutex::new(pace) }
    }

    pub fn hands(&self) -> Hands {
        match *self.pace() {
            Pace::Going { now: ahead, .. } => Hands::Going { ahead },
            Pace::Frozen { at, .. } => Hands::Frozen { at },
        }
    }

    /// By how much it is ahead of the machine's clock; negative: behind.
    pub fn ahead(&self) -> Turn {
        Turn(self.now().0.saturating_sub(self.under.now().0))
    }

    pub(crate) fn freeze(&self) {
        let mut pace = self.pace();
        *pace = Pace::Frozen { at: self.shown(*pace), elapsed: self.elapsed_at(*pace) };
    }

    /// It goes on from where it stands.
    pub(crate) fn release(&self) {
        let mut pace = self.pace();
        let Pace::Frozen { at, elapsed } = *pace else { return };
        // What was done to the machine's clock while this one stood is nothing to it.
        self.under.turn(self.under.drift());
        *pace = Pace::Going {
            now: Turn(at.0.saturating_sub(self.under.now().0)),
            elapsed_nanos: nanos(elapsed) - nanos(self.under.elapsed()),
        };
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut pace = self.pace();
        *pace = match *pace {
            Pace::Going { now, elapsed_nanos } => {
                Pace::Going { now: Turn((Time(now.0) + by).0), elapsed_nanos: elapsed_nanos + nanos(by) }
            }
            Pace::Frozen { at, elapsed } => Pace::Frozen { at: at + by, elapsed: elapsed + by },
        };
    }

    fn shown(&self, pace: Pace) -> Time {
        match pace {
            Pace::Going { now, .. } => self.under.now() + now,
            Pace::Frozen { at, .. } => at,
        }
    }

    fn elapsed_at(&self, pace: Pace) -> Duration {
        match pace {
            Pace::Going { elapsed_nanos, .. } => {
                let nanos = nanos(self.under.elapsed()) + elapsed_nanos;
                Duration::from_nanos(u64::try_from(nanos).unwrap_or(0))
            }
            Pace::Frozen { elapsed, .. } => elapsed,
        }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for SandboxClock {
    fn now(&self) -> Time {
        self.shown(*self.pace())
    }

    fn elapsed(&self) -> Duration {
        self.elapsed_at(*self.pace())
    }

    /// One that stands is not turned; it is looked at again when it goes.
    fn drift(&self) -> Turn {
        match *self.pace() {
            Pace::Going { .. } => self.under.drift(),
            Pace::Frozen { .. } => Turn(0),
        }
    }

    fn turn(&self, by: Turn) {
        self.under.turn(by);
    }

    fn until(&self, at: Time) -> Option<Duration> {
        let pace = *self.pace();
        let left = at.since(self.shown(pace));
        match pace {
            Pace::Frozen { .. } if left > Duration::ZERO => None,
            Pace::Going { .. } | Pace::Frozen { .. } => Some(left),
        }
    }

    fn machine(&self) -> Time {
        self.under.machine()
    }

    fn sandbox(&self) -> Option<&SandboxClock> {
        Some(self)
    }
}

fn nanos(duration: Duration) -> i128 {
    i128::try_from(duration.as_nanos()).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time(1_790_000_000_000);
    const SECOND: Duration = Duration::from_secs(1);

    /// A machine's clock, in the hands of the test.
    struct Machine(Mutex<(Time, Duration, Turn)>);

    impl Machine {
        fn new() -> Arc<Self> {
            Arc::new(Self(Mutex::new((START, SECOND, Turn(0)))))
        }

        fn pass(&self, time: Duration) {
            let mut at = self.0.lock().unwrap();
            (at.0, at.1) = (at.0 + time, at.1 + time);
        }
    }

    impl Clock for Machine {
        fn now(&self) -> Time {
            self.0.lock().unwrap().0
        }

        fn elapsed(&self) -> Duration {
            self.0.lock().unwrap().1
        }

        fn drift(&self) -> Turn {
            self.0.lock().unwrap().2
        }

        fn turn(&self, by: Turn) {
            let mut at = self.0.lock().unwrap();
            (at.0, at.2) = (at.0 + by, Turn(at.2.0 - by.0));
        }
    }

    #[test]
    fn it_stands_while_it_is_frozen_and_goes_on_from_there() {
        let machine = Machine::new();
        let clock = SandboxClock::on(machine.clone(), Hands::default());
        machine.pass(SECOND);
        assert_eq!((clock.now(), clock.elapsed()), (START + SECOND, 2 * SECOND));
        clock.freeze();
        machine.pass(60 * SECOND);
        assert_eq!((clock.now(), clock.elapsed()), (START + SECOND, 2 * SECOND));
        assert_eq!(clock.until(START + 2 * SECOND), None, "it never comes by itself");
        assert_eq!(clock.until(START + SECOND), Some(Duration::ZERO));
        clock.advance(3 * SECOND);
        assert_eq!((clock.now(), clock.elapsed()), (START + 4 * SECOND, 5 * SECOND));
        clock.release();
        machine.pass(SECOND);
        assert_eq!((clock.now(), clock.elapsed()), (START + 5 * SECOND, 6 * SECOND));
        assert_eq!(clock.until(START + 6 * SECOND), Some(SECOND));
        assert_eq!(clock.ahead(), Turn(-57_000));
    }

    #[test]
    fn it_stands_and_goes_in_the_next_process_as_in_the_last() {
        let machine = Machine::new();
        let clock = SandboxClock::on(machine.clone(), Hands::default());
        clock.advance(60 * SECOND);
        let next = SandboxClock::on(machine.clone(), clock.hands());
        assert_eq!(next.now(), START + 60 * SECOND);
        next.freeze();
        machine.pass(SECOND);
        assert_eq!(SandboxClock::on(machine, next.hands()).now(), START + 60 * SECOND);
    }

    #[test]
    fn a_turn_of_the_machines_clock_is_followed_unless_it_stands() {
        let machine = Machine::new();
        let clock = SandboxClock::on(machine.clone(), Hands::default());
        machine.0.lock().unwrap().2 = Turn(9000);
        assert_eq!(clock.drift(), Turn(9000));
        clock.freeze();
        assert_eq!(clock.drift(), Turn(0));
        clock.release();
        assert_eq!((clock.now(), clock.drift()), (START, Turn(0)), "nothing jumps when it goes again");
    }
}
