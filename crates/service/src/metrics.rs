//! A business reports what it measured of a call.

use offhook_call::{CallId, MetricsRefused};
use offhook_store::SubmittedMetrics;
use serde_json::Value;

use crate::{ActionError, Caller, Service};

#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// The caller may not know of the call.
    #[error(transparent)]
    Hidden(#[from] ActionError),
    #[error("the report is not taken: {0:?}")]
    Refused(MetricsRefused),
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Keeps the report on the call's record: once, after the end, within 24 hours.
    pub async fn submit_metrics(&self, caller: Caller, call: CallId, report: Value) -> Result<(), MetricsError> {
        self.visible_call(caller, call).await?;
        let kept = self.store().submit_metrics(call, caller.app, report, self.now()).await?;
        kept.ok_or(ActionError::UnknownCall)?.map_err(MetricsError::Refused)
    }

    /// `None`: nobody has reported on the call.
    pub async fn metrics(&self, call: CallId) -> Result<Option<SubmittedMetrics>, offhook_store::Error> {
        self.store().metrics(call).await
    }
}
