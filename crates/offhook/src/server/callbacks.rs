use async_trait::async_trait;
use offhook_call::Time;
use offhook_service::{CallbackCheck, CallbackRefused, Probed};
use offhook_webhook::Outbound;

/// Checks callbacks with the same limits as webhooks are sent with.
pub(super) struct Handshake(pub(super) Outbound);

#[async_trait]
impl CallbackCheck for Handshake {
    async fn verify(&self, callback_url: &str, verify_token: &str) -> Result<(), CallbackRefused> {
        let checked = self.0.verify_callback(callback_url, verify_token).await;
        checked.map_err(|refused| CallbackRefused { detail: refused.to_string() })
    }

    async fn probe(&self, callback_url: &str, secrets: &[String], now: Time) -> Probed {
        let offhook_webhook::Probed { status, took, response } = self.0.probe(callback_url, secrets, now).await;
        Probed { status, took, response }
    }
}
