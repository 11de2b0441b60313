use async_trait::async_trait;
use offhook_call::{AppId, CallId, Duration, PageId, Time};
use serde::{Deserialize, Serialize};

use crate::{DeliveryId, Error, Subject};

/// The webhooks as an operator sees them: what was owed, how each try went, and delivering again.
#[async_trait]
pub trait Deliveries {
    /// The newest first; with [`DeliveryFilter::after`] the oldest first.
    async fn deliveries(&self, filter: DeliveryFilter, limit: u32) -> Result<Vec<DeliveryState>, Error>;

    /// One delivery with all its attempts, the first one first.
    async fn delivery(&self, id: DeliveryId) -> Result<Option<(DeliveryState, Vec<PastAttempt>)>, Error>;

    /// Owes a delivery anew, whatever became of it: the same bytes under the same id, by a schedule that begins now. Its
    /// attempts go on counting. It takes its place, by its number, among what is pending of its subject, so it is tried
    /// before the later events that still wait; of those that were delivered it comes after, which is what was asked for.
    /// One that is pending is due now, or once what waits before it is settled; one that is being tried stays in its
    /// worker's hands. `None`: no such delivery.
    async fn redeliver(&self, id: DeliveryId, now: Time) -> Result<Option<DeliveryState>, Error>;

    /// [`redeliver`](Self::redeliver)s the first `max` deliveries that the filter has, the oldest first.
    async fn redeliver_all(&self, filter: DeliveryFilter, max: u32, now: Time) -> Result<Redelivered, Error>;
}

/// Which deliveries are meant; what is `None` is not asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    pub state: Option<DeliveryStatus>,
    pub app: Option<AppId>,
    pub page: Option<PageId>,
    pub call: Option<CallId>,
    /// Owed then or later.
    pub since: Option<Time>,
    /// Owed before.
    pub until: Option<Time>,
    /// Only those with a higher number.
    pub after: Option<DeliveryId>,
}

/// A delivery as shown to an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryState {
    pub id: DeliveryId,
    pub app: AppId,
    pub page: PageId,
    pub subject: Subject,
    pub body: String,
    pub owed_at: Time,
    /// When the operator last wanted it delivered again.
    pub redelivered_at: Option<Time>,
    pub attempts: u32,
    pub state: DeliveryStatus,
    /// When it is tried next, or while it is being tried, when that is given up; `None` while an earlier one waits, and
    /// once it is settled.
    pub due_at: Option<Time>,
    /// HTTP status of the last try, if it got an answer.
    pub last_status: Option<u16>,
    /// The first 4 KiB of that answer, or why there was none; `None` before the first try.
    pub last_response: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    Pending,
    Delivered,
    /// Given up, or refused for good; kept for redelivery.
    Dead,
}

/// One try, as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAttempt {
    /// Counts from 1.
    pub number: u32,
    pub at: Time,
    pub took: Duration,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The first 4 KiB of the answer, or why there was none.
    pub response: String,
    /// The fault of a sandbox that struck it: its id and name.
    pub fault: Option<String>,
}

/// What came of redelivering many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redelivered {
    pub count: u32,
    /// If there are more: the last one that was looked at, for the next [`DeliveryFilter::after`].
    pub more_after: Option<DeliveryId>,
}
