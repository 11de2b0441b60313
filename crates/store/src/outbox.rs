use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use offhook_call::{AppId, CallId, Duration, InvalidId, PageId, Psid, Time};
use serde::{Deserialize, Serialize};

use crate::{Error, HealthChange, HealthRules};

/// The webhooks that are owed. Rows are written by the transaction that owes them ([`Calls`](crate::Calls),
/// [`Threads`](crate::Threads), [`Settings`](crate::Settings)); a worker leases, sends and records them. A later event
/// is not leased while an earlier one of the same app, Page and [`Subject`] is pending, so one that fails holds back
/// its own subject and nothing else.
#[async_trait]
pub trait Outbox {
    /// Takes deliveries that are due, each for `lease` from `now`, by one conditional update, in the order in which
    /// they were owed. A delivery whose app has no endpoint, a paused one, or one that is gone, is not due.
    async fn lease(&self, now: Time, lease: Duration, limits: LeaseLimits) -> Result<Vec<Leased>, Error>;

    /// Records one try and what it means for the delivery. Ignored if the lease went to another worker meanwhile. If the
    /// delivery was [redelivered](crate::Deliveries::redeliver) or the clock [turned](crate::Turning::turn) during a try that
    /// failed, the next one is due at once. Tells if the endpoint does better or worse since.
    async fn record(&self, lease: &Leased, attempt: Attempt, rules: HealthRules)
    -> Result<Option<HealthChange>, Error>;

    /// The first moment after `now` at which a delivery gets due or a lease expires; `None` if there is none. What
    /// is due at `now` and was not leased waits for a lease to end.
    async fn next_due(&self, now: Time) -> Result<Option<Time>, Error>;

    /// After the clock went back, or was found to be behind what is stored: nothing waits for longer than a lease that
    /// begins now, nor for longer than what it was to wait, `wait_max` at most. How many were corrected.
    async fn correct_times(&self, now: Time, lease: Duration, wait_max: Duration) -> Result<u64, Error>;

    /// Gives up what no try can end, because its app has no endpoint that is tried: what was owed, or redelivered, before
    /// `before`, up to `max`; how many.
    async fn expire(&self, before: Time, now: Time, max: u32) -> Result<u64, Error>;

    /// Deletes delivered and dead deliveries that were owed before `before`; how many.
    async fn purge(&self, before: Time) -> Result<u64, Error>;
}

/// Number of a delivery; rises in the order in which deliveries were owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub i64);

/// What an event is about. As text: the call's id, `t_` and the psid, or `page`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    Call(CallId),
    /// What happens in a consumer's thread, beside its calls.
    Thread(Psid),
    /// The Page itself.
    Page,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::Thread(psid) => write!(f, "t_{psid}"),
            Self::Page => f.write_str("page"),
        }
    }
}

impl FromStr for Subject {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.strip_prefix("t_") {
            Some(psid) => psid.parse().map(Self::Thread),
            None if text == "page" => Ok(Self::Page),
            None => text.parse().map(Self::Call),
        }
    }
}

/// How much a worker takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseLimits {
    /// Deliveries taken now.
    pub total: u32,
    /// Leases that one app may have at a time, over all workers: its slow endpoint holds up no other app's.
    pub per_app: u32,
    /// Of them, if its last try failed or there was none yet: one of unknown health must prove itself first.
    pub per_unproven: u32,
    /// Leases that all such apps may have together, so that however many they are, there is room for the others.
    pub unproven: u32,
}

/// A delivery in a worker's hands.
#[derive(Clone)]
pub struct Leased {
    pub id: DeliveryId,
    pub app: AppId,
    pub app_secret: String,
    /// The secret before, while it is still good.
    pub old_app_secret: Option<String>,
    pub callback_url: String,
    pub page: PageId,
    pub subject: Subject,
    /// The exact bytes to send, the same on every try.
    pub body: Vec<u8>,
    /// This event carries a server's offer: its delivery matters to the call's media.
    pub carries_offer: bool,
    pub owed_at: Time,
    /// When its schedule began: when it was owed, or last redelivered.
    pub schedule_from: Time,
    /// Tries before this one.
    pub attempts: u32,
    /// Of them, those since its schedule began.
    pub schedule_tries: u32,
    pub leased_until: Time,
}

impl std::fmt::Debug for Leased {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, app, subject, attempts, .. } = self;
        let mut shown = f.debug_struct("Leased");
        shown.field("id", id).field("app", app).field("subject", subject).field("attempts", attempts);
        shown.finish_non_exhaustive()
    }
}

/// One try of a delivery.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub at: Time,
    pub took: Duration,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The first 4 KiB of the answer, or why there was none.
    pub response: String,
    /// The fault of a sandbox that struck it: its id and name.
    pub fault: Option<String>,
    pub outcome: AttemptOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptOutcome {
    Delivered,
    RetryAt(Time),
    /// Given up after the last try; kept for redelivery.
    Dead,
    /// As [`Dead`](Self::Dead), and the endpoint wants no more: it answered 410.
    Gone,
}
