use async_trait::async_trait;

/// Checks a webhook callback by Meta's handshake (`hub.mode`, `hub.verify_token`, `hub.challenge`).
#[async_trait]
pub trait CallbackCheck: Send + Sync + 'static {
    async fn verify(&self, callback_url: &str, verify_token: &str) -> Result<(), CallbackRefused>;
}

/// Why a callback was not accepted; `detail` is for its developer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct CallbackRefused {
    pub detail: String,
}
