use offhook_call::Duration;
use offhook_store::{HealthRules, LeaseLimits};

/// The limits of webhook delivery; the defaults stand in `default.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Whether callbacks may point to addresses that are not public.
    pub allow_private: bool,
    /// How long an endpoint has to acknowledge, from the start of the connection.
    pub timeout: Duration,
    /// Tries in flight at a time, over all endpoints.
    pub concurrency: u32,
    /// Tries in flight at a time, to one app's endpoint.
    pub concurrency_per_endpoint: u32,
    /// How long after it was owed, or redelivered, a delivery may be tried again; then it is dead.
    pub give_up_after: Duration,
    /// How long every try of an endpoint may fail before it is paused; `None`: it never is.
    pub disable_after: Option<Duration>,
    /// How long delivered and dead deliveries are kept.
    pub keep: Duration,
    /// How often the outbox is looked at when nothing pokes the worker.
    pub sweep: Duration,
}

/// A lease outlives its try by this factor of the time-out, for the store to record it.
const LEASE_TIMEOUTS: u32 = 3;

/// Tries in flight to an endpoint whose last try failed, or that was never tried.
const PER_UNPROVEN: u32 = 1;

/// Such endpoints together have this part of all tries in flight.
const UNPROVEN_PART: u32 = 2;

/// How long every try of an endpoint fails before it is marked failing.
const FAILING_AFTER: Duration = Duration::from_mins(15);

impl Settings {
    pub(crate) fn lease(&self) -> Duration {
        self.timeout * LEASE_TIMEOUTS
    }

    /// What a worker with so many tries in flight may take.
    pub(crate) fn lease_limits(&self, running: u32) -> LeaseLimits {
        let (total, per_app) = (self.concurrency.saturating_sub(running), self.concurrency_per_endpoint);
        fail::fail_point!("bug::no_fairness", |_| LeaseLimits {
            total,
            per_app,
            per_unproven: per_app,
            unproven: total
        });
        LeaseLimits { total, per_app, per_unproven: PER_UNPROVEN, unproven: self.concurrency.div_ceil(UNPROVEN_PART) }
    }

    pub(crate) fn health_rules(&self) -> HealthRules {
        HealthRules { failing_after: FAILING_AFTER, pause_after: self.disable_after }
    }
}
