//! The store's own affairs: what it takes and has, and what it keeps no longer.

use std::time::Duration;

use offhook_store::{Error, Inventory, Sizes};
use tokio_util::sync::CancellationToken;

use crate::Service;

/// How often what is old is looked for.
const EVERY: Duration = Duration::from_secs(3600);

/// Calls that are deleted in one transaction: some milliseconds, in which nobody else writes.
const AT_ONCE: u32 = 100;

impl Service {
    /// Whether changes reach the disk; while they do not, they are refused.
    pub fn is_store_writable(&self) -> bool {
        self.store().is_writable()
    }

    pub async fn store_sizes(&self) -> Result<Sizes, Error> {
        self.store().sizes().await
    }

    pub async fn store_inventory(&self) -> Result<Inventory, Error> {
        self.store().inventory().await
    }

    /// Forgets what is old, now and every hour, until `stop`.
    pub async fn run_upkeep(&self, keep_calls: Option<Duration>, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.forget_old(keep_calls).await {
                Ok(forgotten) => tracing::debug!(forgotten, "what is kept no longer was deleted"),
                // The store has logged that it cannot write.
                Err(Error::Disk(_)) => {}
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "what is kept no longer stays");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Deletes calls that ended longer ago than `keep_calls` (`None`: they are kept for ever) and owe nothing, and clients'
    /// keys that no longer stand, in small pieces. How many.
    pub async fn forget_old(&self, keep_calls: Option<Duration>) -> Result<u64, Error> {
        let now = self.now();
        let ended_before = keep_calls.map(|keep| now - keep);
        let mut forgotten = 0;
        loop {
            match self.store().forget(ended_before, now, AT_ONCE).await? {
                0 => return Ok(forgotten),
                some => forgotten += u64::from(some),
            }
        }
    }
}
