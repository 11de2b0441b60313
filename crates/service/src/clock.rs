//! The machine's clock is turned: by its operator, by NTP, by a host that slept.

use offhook_call::{Duration, Time, Turn};
use tokio_util::sync::CancellationToken;

use crate::Service;

impl Service {
    /// Lets the service's clock follow the machine's. A little it is moved; what is more is a turn, which moves
    /// everything that waits for a time to elapse, in the store first: no deadline passes by it, and none goes away.
    pub async fn follow_clock(&self) -> Result<(), offhook_store::Error> {
        fail::fail_point!("bug::wall_clock", |_| Ok(()));
        let clock = &*self.inner.parts.clock;
        let drift = clock.drift();
        if drift.0.unsigned_abs() < TURN_MS_MIN {
            clock.turn(drift);
            self.inner.recorder.follow(drift);
            return Ok(());
        }
        tracing::warn!(ms = drift.0, "the clock of this machine was turned");
        self.turn_clock(drift).await?;
        self.handle_hours().await;
        Ok(())
    }

    async fn turn_clock(&self, by: Turn) -> Result<(), offhook_store::Error> {
        // No change that took its moment before is committed after.
        let _alone = self.inner.moments.write().await;
        self.store().turn(self.now(), by).await?;
        self.inner.parts.clock.turn(by);
        self.inner.timers.turn(by);
        self.inner.recorder.turned(by, self.moment());
        Ok(())
    }

    pub(crate) async fn keep_clock(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(FOLLOW_EVERY) => {}
            }
            if let Err(error) = self.follow_clock().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the clock could not be turned, trying again"
                );
            }
        }
    }

    /// For what only counts how time elapses, such as rates.
    pub(crate) fn steady(&self) -> Time {
        Time(0) + self.inner.parts.clock.elapsed()
    }
}

/// How often the machine's clock is looked at.
const FOLLOW_EVERY: Duration = Duration::from_secs(1);

/// The least that is a turn, not a correction.
const TURN_MS_MIN: u64 = 1000;
