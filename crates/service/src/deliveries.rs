//! The operator's look at webhooks: what was owed, how each try went, and delivering again.

use offhook_store::{DeliveryFilter, DeliveryId, DeliveryState, Error, PastAttempt, Redelivered};

use crate::Service;

/// Deliveries that one request redelivers.
pub const REDELIVERED_MAX: u32 = 1000;

impl Service {
    /// The newest first; with a cursor (`after`) the oldest first.
    pub async fn deliveries(&self, filter: DeliveryFilter, limit: u32) -> Result<Vec<DeliveryState>, Error> {
        self.store().deliveries(filter, limit).await
    }

    /// One delivery with its attempts.
    pub async fn delivery(&self, id: DeliveryId) -> Result<Option<(DeliveryState, Vec<PastAttempt>)>, Error> {
        self.store().delivery(id).await
    }

    /// Owes a delivery anew. `None`: no such delivery.
    pub async fn redeliver(&self, id: DeliveryId) -> Result<Option<DeliveryState>, Error> {
        let returned = self.store().redeliver(id, self.now()).await?;
        self.inner.parts.webhooks.poke();
        Ok(returned)
    }

    /// Owes anew the oldest that the filter has, up to [`REDELIVERED_MAX`].
    pub async fn redeliver_all(&self, filter: DeliveryFilter) -> Result<Redelivered, Error> {
        let redelivered = self.store().redeliver_all(filter, REDELIVERED_MAX, self.now()).await?;
        self.inner.parts.webhooks.poke();
        Ok(redelivered)
    }
}
