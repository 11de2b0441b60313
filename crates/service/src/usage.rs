//! How much of its hourly quota an app, and a Page, has used (Graph's "Rate Limits" page).
//!
//! Counted per node and in memory, in minutes: a request counts from its minute on for sixty minutes. Refused requests do
//! not count, so a client that keeps asking gets in again all the same.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{AppId, Duration, PageId, Time};

use crate::Service;

/// What an app or a Page may use in a rolling hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    pub requests: u32,
    /// Time that its requests may take, and that may be spent computing for them.
    pub time: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsageLimits {
    pub app: Quota,
    pub page: Quota,
}

/// Whose quotas a request counts against: an app's, and those of the Page that it acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metered {
    pub app: AppId,
    pub page: Option<PageId>,
}

/// Parts of a quota in percent, and when it is free again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub call_count: u32,
    pub total_time: u32,
    pub total_cputime: u32,
    /// Zero unless the quota is used up.
    pub regain: Duration,
}

/// A quota is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hourly quota of the {scope:?} is used up")]
pub struct QuotaExceeded {
    pub scope: QuotaScope,
    pub retry_after: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaScope {
    App,
    Page,
}

impl Service {
    /// Counts a request, unless a quota is used up.
    pub fn admit(&self, who: Metered) -> Result<(), QuotaExceeded> {
        let (now, limits) = (self.steady(), self.limits().usage);
        let mut windows = self.inner.usage.lock();
        windows.forget_idle(now);
        for (key, quota) in keys(who, limits) {
            let retry_after = windows.of(key, now).usage(quota, now).regain;
            if !retry_after.is_zero() {
                return Err(QuotaExceeded { scope: key.scope(), retry_after });
            }
        }
        for (key, _) in keys(who, limits) {
            windows.of(key, now).current(now).requests += 1;
        }
        Ok(())
    }

    /// Adds what an admitted request took: until its answer, and computing.
    pub fn spend(&self, who: Metered, took: Duration, computing: Duration) {
        let now = self.steady();
        let mut windows = self.inner.usage.lock();
        for (key, _) in keys(who, self.limits().usage) {
            let minute = windows.of(key, now).current(now);
            minute.took += took;
            minute.computing += computing;
        }
    }

    /// What the app has used, and the Page if there is one.
    pub fn usage(&self, who: Metered) -> Vec<Usage> {
        let now = self.steady();
        let mut windows = self.inner.usage.lock();
        keys(who, self.limits().usage).map(|(key, quota)| windows.of(key, now).usage(quota, now)).collect()
    }
}

/// The windows of all apps and Pages that asked in the last hour.
#[derive(Default)]
pub(crate) struct Meter(Mutex<Windows>);

#[derive(Default)]
struct Windows {
    by_key: HashMap<Key, Window>,
    /// When idle windows are looked for again.
    forget_at: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    App(AppId),
    Page(PageId),
}

/// The last hour, the oldest minute first; a minute without requests is not in it.
#[derive(Default)]
struct Window(VecDeque<Minute>);

#[derive(Clone, Copy)]
struct Minute {
    number: i64,
    requests: u32,
    took: Duration,
    computing: Duration,
}

fn keys(who: Metered, limits: UsageLimits) -> impl Iterator<Item = (Key, Quota)> {
    let page = who.page.map(|page| (Key::Page(page), limits.page));
    std::iter::once((Key::App(who.app), limits.app)).chain(page)
}

impl Key {
    fn scope(self) -> QuotaScope {
        match self {
            Self::App(_) => QuotaScope::App,
            Self::Page(_) => QuotaScope::Page,
        }
    }
}

impl Meter {
    fn lock(&self) -> MutexGuard<'_, Windows> {
        // Every change leaves the windows whole, so a panic elsewhere does not spoil them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Windows {
    fn of(&mut self, key: Key, now: Time) -> &mut Window {
        let window = self.by_key.entry(key).or_default();
        window.slide(now);
        window
    }

    /// Once an hour: who did not ask for an hour is forgotten, so that the map is no larger than who asks.
    fn forget_idle(&mut self, now: Time) {
        if self.forget_at.is_some_and(|at| now < at) {
            return;
        }
        self.forget_at = Some(now + HOUR);
        self.by_key.retain(|_, window| {
            window.slide(now);
            !window.0.is_empty()
        });
    }
}

impl Window {
    fn slide(&mut self, now: Time) {
        while self.0.front().is_some_and(|minute| minute.number + MINUTES <= number(now)) {
            self.0.pop_front();
        }
    }

    fn current(&mut self, now: Time) -> &mut Minute {
        let number = number(now);
        if self.0.back().is_none_or(|minute| minute.number < number) {
            self.0.push_back(Minute { number, requests: 0, took: Duration::ZERO, computing: Duration::ZERO });
        }
        self.0.back_mut().expect("a minute was just added if there was none")
    }

    fn usage(&self, quota: Quota, now: Time) -> Usage {
        let mut used = self.percent(0, quota);
        for (index, minute) in self.0.iter().enumerate() {
            if !self.percent(index, quota).is_full() {
                break;
            }
            let free_at = Time((minute.number + MINUTES) * MINUTE_MS);
            used.regain = free_at.since(now);
        }
        used
    }

    /// What is used without the oldest `skipped` minutes.
    fn percent(&self, skipped: usize, quota: Quota) -> Usage {
        let minutes = || self.0.iter().skip(skipped);
        let time = |part: fn(&Minute) -> Duration| {
            percent(minutes().map(part).sum::<Duration>().as_nanos(), quota.time.as_nanos())
        };
        Usage {
            call_count: percent(minutes().map(|minute| u128::from(minute.requests)).sum(), quota.requests.into()),
            total_time: time(|minute| minute.took),
            total_cputime: time(|minute| minute.computing),
            regain: Duration::ZERO,
        }
    }
}

impl Usage {
    fn is_full(&self) -> bool {
        self.call_count.max(self.total_time).max(self.total_cputime) >= 100
    }
}

fn percent(used: u128, quota: u128) -> u32 {
    u32::try_from(used * 100 / quota.max(1)).unwrap_or(u32::MAX)
}

fn number(now: Time) -> i64 {
    now.0.div_euclid(MINUTE_MS)
}

const HOUR: Duration = Duration::from_hours(1);
const MINUTES: i64 = 60;
const MINUTE_MS: i64 = 60_000;
