//! How the legs of calls do: asked of the relay while a call lives, on its record afterwards.

use offhook_call::{Call, CallId, CallStatistics};
use offhook_store::Error;

use crate::Service;

impl Service {
    /// `None`: the call never had a leg, or what was known of its legs was lost with a process.
    pub async fn statistics(&self, call: &Call) -> Result<Option<CallStatistics>, Error> {
        if !call.is_live() {
            return self.store().statistics(call.id).await;
        }
        let legs = self.media().statistics(call.id).await;
        Ok((!legs.is_empty()).then(|| CallStatistics { taken_at: self.now(), legs }))
    }

    /// Closes the bridge at once. The future keeps how its legs did on the call's record: not in the transaction that
    /// ended the call, because until that is committed they go on.
    pub(crate) fn close_bridge(&self, call: CallId) -> impl Future<Output = ()> {
        let legs = self.media().close(call);
        self.inner.device_offers.forget(call);
        self.end_capture(call);
        self.forget_leg_faults(call);
        async move {
            let statistics = CallStatistics { legs: legs.await, taken_at: self.now() };
            if !statistics.legs.is_empty() {
                self.keep(call, statistics).await;
            }
        }
    }

    async fn keep(&self, call: CallId, statistics: CallStatistics) {
        match self.store().keep_statistics(call, statistics).await {
            // That it cannot write, the store has logged once for all calls.
            Ok(()) | Err(Error::Disk(_)) => {}
            Err(error) => {
                tracing::error!(%call, error = &error as &dyn std::error::Error, "a call's statistics are lost");
            }
        }
    }
}
