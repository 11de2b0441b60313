//! `/demo/webhook`: the callback of the demo app, written as a subscriber would write it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use offhook_wire::signature::{SIGNATURE_HEADER, verify};
use serde::Deserialize;
use serde_json::Value;

use super::{Demo, ReceivedWebhook};

/// Meta's handshake when a callback is set.
#[derive(Deserialize)]
pub(super) struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.verify_token")]
    verify_token: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
}

pub(super) async fn handshake(
    State(demo): State<Arc<Demo>>,
    Query(given): Query<Handshake>,
) -> Result<String, StatusCode> {
    if given.mode == "subscribe" && given.verify_token == demo.verify_token {
        Ok(given.challenge)
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

pub(super) async fn receive(State(demo): State<Arc<Demo>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get(SIGNATURE_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let verified = verify(&demo.app_secret, &body, signature);
    let body = if verified { serde_json::from_slice(&body).unwrap_or_default() } else { Value::Null };
    // Nobody may be looking.
    let _ = demo.webhooks.send(ReceivedWebhook { verified, body });
    if verified { StatusCode::OK } else { StatusCode::FORBIDDEN }
}
