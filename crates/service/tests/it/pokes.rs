//! A webhook worker that only counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use offhook_call::Time;
use offhook_service::Webhooks;

/// Nothing is delivered.
pub(crate) struct CountedPokes(pub(crate) Arc<AtomicUsize>);

#[async_trait]
impl Webhooks for CountedPokes {
    fn poke(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    async fn settled(&self) -> Option<Time> {
        None
    }
}
