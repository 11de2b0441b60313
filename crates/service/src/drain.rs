//! Stopping without a crash, step by step: the owner of the process decides when which step comes.

use std::sync::atomic::Ordering;

use offhook_call::{Abandonment, Command, Duration};

use crate::Service;

impl Service {
    /// Whether the stop was announced: new work is still done, and better taken elsewhere.
    pub fn is_stopping(&self) -> bool {
        self.inner.stopping.load(Ordering::Relaxed)
    }

    /// Whether the service takes no new calls and devices because it is about to stop.
    pub fn is_draining(&self) -> bool {
        self.inner.draining.load(Ordering::Relaxed)
    }

    /// First step: whoever asks is sent elsewhere, whoever comes is served.
    pub fn announce_stop(&self) {
        self.inner.stopping.store(true, Ordering::Relaxed);
    }

    /// Second step: no new calls and devices are taken. What is under way may go on.
    pub fn start_draining(&self) {
        self.announce_stop();
        self.inner.draining.store(true, Ordering::Relaxed);
    }

    /// Returns when no call is live any more; a call's deadline ends with it.
    pub async fn calls_over(&self) {
        while self.inner.timers.next().is_some() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Last step: ends the live calls; parties and webhooks are told. Returns how many.
    pub async fn drain(&self) -> Result<usize, offhook_store::Error> {
        self.start_draining();
        let live = self.store().live_calls().await?;
        for call in &live {
            // A call that ended meanwhile refuses, which is as good.
            let _ = self.apply(call.id, Command::Abandon { cause: Abandonment::ServerStopping }).await?;
        }
        Ok(live.len())
    }
}

const LOOK_AGAIN: Duration = Duration::from_millis(50);
