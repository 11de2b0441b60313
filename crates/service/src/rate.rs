//! How often somebody may do something.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use offhook_call::Duration;

use crate::Clock;

/// A limit per key, which refills evenly.
pub(crate) struct Rate<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, DashMapStateStore<K>, ServiceClock, NoOpMiddleware<Nanos>>,
    clock: ServiceClock,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    pub(crate) fn per_second(limit: u32, clock: Arc<dyn Clock>) -> Self {
        Self::new(Quota::per_second(at_least_one(limit)), clock)
    }

    pub(crate) fn per_minute(limit: u32, clock: Arc<dyn Clock>) -> Self {
        Self::new(Quota::per_minute(at_least_one(limit)), clock)
    }

    fn new(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        let clock = ServiceClock(clock);
        Self { limiter: RateLimiter::dashmap_with_clock(quota, clock.clone()), clock }
    }

    /// Counts one; if it is too much, how long until the next may come.
    pub(crate) fn take(&self, key: &K) -> Result<(), Duration> {
        self.limiter.check_key(key).map_err(|not_until| not_until.wait_time_from(self.clock.now()))
    }

    /// Forgets the keys that have their whole limit again.
    pub(crate) fn sweep(&self) {
        self.limiter.retain_recent();
    }
}

fn at_least_one(limit: u32) -> NonZeroU32 {
    NonZeroU32::new(limit).unwrap_or(NonZeroU32::MIN)
}

/// Elapsed time in the rate limiter's terms: nobody waits longer because a clock was turned.
#[derive(Clone)]
struct ServiceClock(Arc<dyn Clock>);

impl governor::clock::Clock for ServiceClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.elapsed())
    }
}
