use async_trait::async_trait;
use offhook_call::{AppId, CallId, MetricsRefused, Time};
use serde_json::Value;

use crate::Error;

/// What businesses measured of their calls.
#[async_trait]
pub trait Metrics {
    /// Decides on a report ([`Call::take_metrics`](offhook_call::Call::take_metrics)) and keeps it. `None`: no such call.
    async fn submit_metrics(
        &self,
        call: CallId,
        app: AppId,
        report: Value,
        now: Time,
    ) -> Result<Option<Result<(), MetricsRefused>>, Error>;

    /// `None`: nobody has reported on the call.
    async fn metrics(&self, call: CallId) -> Result<Option<SubmittedMetrics>, Error>;
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmittedMetrics {
    pub app: AppId,
    pub submitted_at: Time,
    /// What the app reported, an object that the store keeps and does not read.
    pub report: Value,
}
