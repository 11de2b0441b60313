use std::time::Duration;

use offhook_call::Status;

use crate::graph::CallId;
use crate::phone::Statistics;

/// A call that is over, as the business saw it. Times count from the start of the `connect` request.
#[derive(Debug, Clone)]
pub struct Report {
    pub call: CallId,
    /// The answer to `connect` was there.
    pub connected_after: Duration,
    pub ringing_after: Option<Duration>,
    pub accepted_after: Option<Duration>,
    /// The first packet of the consumer's voice was there.
    pub audio_after: Option<Duration>,
    /// What the terminate webhook said.
    pub status: Option<Status>,
    /// Seconds from pick-up to end, as the webhook said.
    pub duration: Option<u64>,
    pub statistics: Statistics,
}
