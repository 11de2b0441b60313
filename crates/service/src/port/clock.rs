use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use offhook_call::{Duration, Time, Turn};

use super::SandboxClock;

/// Tells the time by which everything is stamped. It goes on as time elapses; when somebody turns the machine's clock,
/// this one is turned by [`Service::follow_clock`](crate::Service::follow_clock), together with everything that waits.
/// Tests turn theirs by hand.
pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Time;

    /// Since some fixed moment. Nobody turns it.
    fn elapsed(&self) -> Duration;

    /// By how much the machine's clock was turned since this one last followed it.
    fn drift(&self) -> Turn;

    /// Turns this clock.
    fn turn(&self, by: Turn);

    /// How long until it shows `at`; `None`: by itself it never will.
    fn until(&self, at: Time) -> Option<Duration> {
        Some(at.since(self.now()))
    }

    /// What the machine's clock shows, by which others judge how old a signature is.
    fn machine(&self) -> Time {
        self.now()
    }

    /// This clock, if a sandbox's own API moves it.
    fn sandbox(&self) -> Option<&SandboxClock> {
        None
    }
}

/// The machine's clock, as it was at the start, and elapsed time since then.
pub struct SystemClock {
    elapsed: Box<dyn Fn() -> Duration + Send + Sync>,
    wall: Box<dyn Fn() -> Time + Send + Sync>,
    /// What this clock showed when nothing had elapsed, in milliseconds.
    began: AtomicI64,
}

impl SystemClock {
    pub fn start() -> Self {
        let began = Instant::now();
        Self::of(move || began.elapsed(), wall)
    }

    fn of(
        elapsed: impl Fn() -> Duration + Send + Sync + 'static,
        wall: impl Fn() -> Time + Send + Sync + 'static,
    ) -> Self {
        let clock = Self { elapsed: Box::new(elapsed), wall: Box::new(wall), began: AtomicI64::new(0) };
        clock.turn(clock.drift());
        clock
    }

    fn shows(&self, elapsed: Duration) -> Time {
        Time(self.began.load(Ordering::Relaxed)) + elapsed
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Time {
        fail::fail_point!("bug::wall_clock", |_| (self.wall)());
        self.shows(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        (self.elapsed)()
    }

    /// A process that was stopped between the readings of both clocks would see one that was turned: it reads again.
    fn drift(&self) -> Turn {
        let mut drift = Turn::default();
        for _ in 0..READINGS_MAX {
            let before = self.elapsed();
            let wall = (self.wall)();
            let after = self.elapsed();
            drift = Turn(wall.0.saturating_sub(self.shows(after).0));
            if after - before < AT_ONE_MOMENT {
                break;
            }
        }
        drift
    }

    fn turn(&self, by: Turn) {
        self.began.fetch_add(by.0, Ordering::Relaxed);
    }
}

fn wall() -> Time {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let wall = Time(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX));
    // A test turns the machine's clock by the milliseconds in a file.
    fail::fail_point!("turn::clock", |file| {
        let by = file.and_then(|file| std::fs::read_to_string(file).ok()?.trim().parse().ok());
        wall + Turn(by.unwrap_or_default())
    });
    wall
}

const AT_ONE_MOMENT: Duration = Duration::from_millis(10);
const READINGS_MAX: u32 = 3;

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    const START: Time = Time(1_790_000_000_000);

    struct Reading {
        wall: Time,
        elapsed: Duration,
        /// How long the process is stopped at the next reading of the wall clock, after it.
        stop: Duration,
    }

    /// A clock on two clocks of the test's own.
    fn clock() -> (SystemClock, Arc<Mutex<Reading>>) {
        let reading = Reading { wall: START, elapsed: Duration::from_secs(7), stop: Duration::ZERO };
        let reading = Arc::new(Mutex::new(reading));
        let (elapsed, wall) = (Arc::clone(&reading), Arc::clone(&reading));
        let wall = move || {
            let mut reading = wall.lock().unwrap();
            let (read, stop) = (reading.wall, std::mem::take(&mut reading.stop));
            (reading.wall, reading.elapsed) = (read + stop, reading.elapsed + stop);
            read
        };
        (SystemClock::of(move || elapsed.lock().unwrap().elapsed, wall), reading)
    }

    fn pass(reading: &Mutex<Reading>, time: Duration, turned: Turn) {
        let mut reading = reading.lock().unwrap();
        reading.elapsed += time;
        reading.wall = reading.wall + time + turned;
    }

    #[test]
    fn time_elapses_whatever_is_done_to_the_machines_clock() {
        let (clock, reading) = clock();
        assert_eq!((clock.now(), clock.drift()), (START, Turn(0)));
        let second = Duration::from_secs(1);
        let mut drift = 0;
        for turned in [3_600_000, -86_400_000, -START.0, 250] {
            let before = clock.now();
            pass(&reading, second, Turn(turned));
            drift += turned;
            assert_eq!((clock.now(), clock.drift()), (before + second, Turn(drift)));
        }
    }

    #[test]
    fn a_clock_that_is_turned_shows_what_the_machines_does() {
        let (clock, reading) = clock();
        pass(&reading, Duration::from_secs(1), Turn(-START.0));
        clock.turn(clock.drift());
        assert_eq!((clock.now(), clock.drift()), (Time(1000), Turn(0)));
        assert_eq!(clock.elapsed(), Duration::from_secs(8));
    }

    #[test]
    fn a_stop_between_the_readings_is_no_turn() {
        let (clock, reading) = clock();
        reading.lock().unwrap().stop = Duration::from_secs(60);
        assert_eq!(clock.drift(), Turn(0));
        assert_eq!(clock.now(), START + Duration::from_secs(60));
    }

    #[test]
    fn the_machines_clocks_go_on() {
        let clock = SystemClock::start();
        let (now, elapsed) = (clock.now(), clock.elapsed());
        while clock.elapsed() <= elapsed + Duration::from_millis(2) {}
        assert!(clock.now() > now && clock.drift().0.abs() < 1000);
    }
}
