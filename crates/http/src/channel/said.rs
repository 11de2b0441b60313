use std::time::Duration;

use offhook_call::CallId;
use offhook_service::Service;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::without_sdp::without_sdp;

/// A message of a device, until it is known which call it was about and whether it was taken.
pub(crate) struct Said {
    at: Instant,
    call: Option<CallId>,
    message: Value,
}

impl Said {
    /// It comes now. `None`: timelines are not recorded.
    pub(crate) fn now(service: &Service, call: Option<CallId>, message: &impl Serialize) -> Option<Self> {
        service.records_timelines().then(|| Self { at: Instant::now(), call, message: json!(message) })
    }

    /// The call that it named itself, or that its answer is about; how long ago it came; and what it said. `None`: it is
    /// about no call.
    pub(crate) fn about(self, answered: Option<CallId>, is_taken: bool) -> Option<(CallId, Duration, String)> {
        let call = self.call.or(answered)?;
        let message = if is_taken { without_sdp(self.message) } else { self.message };
        Some((call, self.at.elapsed(), message.to_string()))
    }
}
