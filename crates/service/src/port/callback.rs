use async_trait::async_trait;
use offhook_call::{Duration, Time};

/// Checks a webhook callback by Meta's handshake (`hub.mode`, `hub.verify_token`, `hub.challenge`).
#[async_trait]
pub trait CallbackCheck: Send + Sync + 'static {
    async fn verify(&self, callback_url: &str, verify_token: &str) -> Result<(), CallbackRefused>;

    /// Sends a signed webhook without an event. `secrets`: those that are good, the present one first.
    async fn probe(&self, callback_url: &str, secrets: &[String], now: Time) -> Probed;
}

/// What an endpoint did with a webhook without an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// `None`: no answer.
    pub status: Option<u16>,
    pub took: Duration,
    /// What it answered, or why it did not.
    pub response: String,
}

/// Why a callback was not accepted; `detail` is for its developer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CallbackRefused {
    pub detail: String,
}
