use async_trait::async_trait;
use offhook_call::{CallId, CallStatistics};

use crate::Error;

/// How the legs of calls did.
#[async_trait]
pub trait Statistics {
    /// Keeps the figures of a call, once: what is there already stays. A call that is gone keeps none.
    async fn keep_statistics(&self, call: CallId, statistics: CallStatistics) -> Result<(), Error>;

    /// `None`: there are none of the call.
    async fn statistics(&self, call: CallId) -> Result<Option<CallStatistics>, Error>;
}
