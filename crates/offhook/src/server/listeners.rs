use std::time::Duration;

use async_trait::async_trait;
use offhook_call::AppId;
use offhook_service::{Listeners, PassedWebhook, TooManyListeners};

/// The worker's listeners, for the own API.
pub(super) struct WorkersListeners(pub(super) offhook_webhook::Listeners);

#[async_trait]
impl Listeners for WorkersListeners {
    async fn next(&self, app: AppId, wait: Duration) -> Result<Option<PassedWebhook>, TooManyListeners> {
        let passed = self.0.next(app, wait).await.map_err(|_busy| TooManyListeners)?;
        Ok(passed.map(|passed| PassedWebhook {
            number: passed.number,
            headers: passed.headers,
            body: String::from_utf8_lossy(&passed.body).into_owned(),
        }))
    }

    fn answer(&self, app: AppId, number: u64, status: u16, body: String) -> bool {
        self.0.answer(app, number, status, &body)
    }
}
