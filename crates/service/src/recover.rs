//! Starting after a crash, and stopping without one.

use offhook_call::{Abandonment, Call, Command};

use crate::Service;

impl Service {
    /// At start, before anything else: the calls that the last process left behind have no bridge any more, so they
    /// end, each with one terminate event. Returns how many.
    pub async fn recover(&self) -> Result<usize, offhook_store::Error> {
        let lost = self.store().live_calls().await?;
        self.abandon(&lost).await?;
        Ok(lost.len())
    }

    /// Takes no more calls and ends the live ones: parties and webhooks are told. Returns how many.
    pub async fn drain(&self) -> Result<usize, offhook_store::Error> {
        self.start_draining();
        let live = self.store().live_calls().await?;
        self.abandon(&live).await?;
        Ok(live.len())
    }

    async fn abandon(&self, calls: &[Call]) -> Result<(), offhook_store::Error> {
        for call in calls {
            // A call that ended meanwhile refuses, which is as good.
            let _ = self.apply(call.id, Command::Abandon { cause: Abandonment::NodeLost }).await?;
        }
        Ok(())
    }
}
