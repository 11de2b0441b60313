//! The webhook worker and the use cases, each behind the other's port.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use offhook_call::Time;
use offhook_service::{Clock, Webhooks};

/// The node's clock, for the worker.
pub(super) struct OutboxClock(pub(super) Arc<dyn Clock>);

impl offhook_webhook::Clock for OutboxClock {
    fn now(&self) -> Time {
        self.0.now()
    }

    fn until(&self, at: Time) -> Option<Duration> {
        self.0.until(at)
    }

    fn machine(&self) -> Time {
        self.0.machine()
    }
}

/// The worker, for the use cases.
pub(super) struct WebhookWorker(pub(super) offhook_webhook::Handle);

#[async_trait]
impl Webhooks for WebhookWorker {
    fn poke(&self) {
        self.0.poke();
    }

    async fn settled(&self) -> Option<Time> {
        self.0.settled().await
    }
}
