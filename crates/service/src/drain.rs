//! Stopping without a crash.

use offhook_call::{Abandonment, Command};

use crate::Service;

impl Service {
    /// Takes no more calls and devices and ends the live calls: parties and webhooks are told. Returns how many.
    pub async fn drain(&self) -> Result<usize, offhook_store::Error> {
        self.start_draining();
        let live = self.store().live_calls().await?;
        for call in &live {
            // A call that ended meanwhile refuses, which is as good.
            let _ = self.apply(call.id, Command::Abandon { cause: Abandonment::ServerStopping }).await?;
        }
        Ok(live.len())
    }
}
