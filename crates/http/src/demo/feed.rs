//! `/demo/webhooks`: what the callback receives, as server-sent events.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::Event;
use futures_util::stream;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

use super::Demo;
use crate::event_stream::event_stream;

/// A webhook as it arrived at the demo's callback.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReceivedWebhook {
    /// Whether its signature holds.
    pub verified: bool,
    /// The body, if it is verified JSON.
    pub body: Value,
}

pub(super) async fn feed(State(demo): State<Arc<Demo>>, State(stop): State<CancellationToken>) -> impl IntoResponse {
    let events = stream::unfold(demo.webhooks.subscribe(), async |mut webhooks| {
        let event = Event::default().event("webhook").json_data(next(&mut webhooks).await?);
        Some((event.expect("a webhook has text keys only and JSON no line breaks"), webhooks))
    });
    event_stream(events, stop)
}

/// The next webhook; a page that reads too slowly misses the oldest.
async fn next(webhooks: &mut Receiver<ReceivedWebhook>) -> Option<ReceivedWebhook> {
    loop {
        match webhooks.recv().await {
            Ok(webhook) => return Some(webhook),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return None,
        }
    }
}
