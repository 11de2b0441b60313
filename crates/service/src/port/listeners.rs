use async_trait::async_trait;
use offhook_call::{AppId, Duration};

/// Hands webhooks to apps that fetch them, because no address of theirs can be reached.
#[async_trait]
pub trait Listeners: Send + Sync + 'static {
    /// The next webhook that is tried, waited for no longer than `wait`.
    async fn next(&self, app: AppId, wait: Duration) -> Result<Option<PassedWebhook>, TooManyListeners>;

    /// What the app answered. `false`: nobody waits for it any more, and the webhook comes again.
    fn answer(&self, app: AppId, number: u64, status: u16, body: String) -> bool;
}

/// A webhook in a listener's hands: what would have been posted to a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedWebhook {
    /// Tells this try from others; of this process only.
    pub number: u64,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

/// As many wait as may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many listeners wait for webhooks")]
pub struct TooManyListeners;
