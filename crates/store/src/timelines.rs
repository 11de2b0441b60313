use async_trait::async_trait;
use offhook_call::{CallId, TimelineEntry};

use crate::Error;

/// What happened to calls, for people who ask.
#[async_trait]
pub trait Timelines {
    /// Keeps these parts, each in the place of what is there of it. One of a call that is gone is not kept.
    async fn keep_timelines(&self, parts: Vec<TimelinePart>) -> Result<(), Error>;

    /// All that is kept of a call, by part.
    async fn timeline(&self, call: CallId) -> Result<Vec<TimelinePart>, Error>;
}

/// What one process saw of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelinePart {
    pub call: CallId,
    /// When it began to look, in microseconds since the Unix epoch.
    pub begun_at_us: i64,
    pub entries: Vec<TimelineEntry>,
}
