//! What a worker does beside delivering: it puts times right after the clock went back, gives up and deletes what is old,
//! and counts endpoints by their health.

use std::error::Error;

use offhook_call::{Duration, Time};
use offhook_store::EndpointHealth;

use crate::Parts;
use crate::schedule::LONGEST_WAIT;

/// How often old deliveries are looked for.
const CLEAN_EVERY: Duration = Duration::from_hours(1);

/// How often endpoints are counted if none changes.
const COUNT_EVERY: Duration = Duration::from_secs(15);

/// Deliveries given up in one transaction.
const EXPIRED_MAX: u32 = 1000;

#[derive(Default)]
pub(crate) struct Upkeep {
    /// The clock when it was last looked at.
    seen: Option<Time>,
    clean_at: Option<Time>,
    count_at: Option<Time>,
}

impl Upkeep {
    /// Does what is due. The first time all is: nobody knows what the clock was when the store was last written.
    pub(crate) async fn run(&mut self, parts: &Parts) {
        let now = parts.clock.now();
        let went_back = self.seen.replace(now).is_none_or(|seen| now < seen);
        if went_back {
            (self.clean_at, self.count_at) = (None, None);
        }
        if self.clean_at.is_none_or(|at| at <= now) {
            parts.correct_times(now).await;
            parts.clean(now).await;
            self.clean_at = Some(now + CLEAN_EVERY);
        }
        if self.count_at.is_none_or(|at| at <= now) {
            parts.count_endpoints().await;
            self.count_at = Some(now + COUNT_EVERY);
        }
    }
}

impl Parts {
    async fn correct_times(&self, now: Time) {
        match self.store.correct_times(now, self.settings.lease(), LONGEST_WAIT).await {
            Ok(0) => {}
            Ok(corrected) => tracing::warn!(corrected, "the clock went back: webhooks that it held back wait no more"),
            Err(error) => log(&error, "webhooks may wait for a clock that went back"),
        }
    }

    async fn clean(&self, now: Time) {
        let before = now - self.settings.give_up_after;
        loop {
            match self.store.expire(before, now, EXPIRED_MAX).await {
                Ok(0) => break,
                Ok(expired) => tracing::warn!(expired, "webhooks without an endpoint are given up"),
                Err(error) => {
                    log(&error, "webhooks without an endpoint are not given up");
                    break;
                }
            }
        }
        match self.store.purge(now - self.settings.keep).await {
            Ok(deleted) => tracing::debug!(deleted, "old webhook deliveries deleted"),
            Err(error) => log(&error, "old deliveries stay"),
        }
    }

    pub(crate) async fn count_endpoints(&self) {
        match self.store.endpoints().await {
            Ok(endpoints) => {
                for health in EndpointHealth::ALL {
                    let count = endpoints.iter().filter(|endpoint| endpoint.health == health).count();
                    metrics::gauge!("offhook_webhook_endpoints", "health" => health.name()).set(count as f64);
                }
            }
            Err(error) => log(&error, "endpoints are not counted"),
        }
    }
}

fn log(error: &offhook_store::Error, what: &str) {
    tracing::error!(error = error as &dyn Error, "{what}");
}
