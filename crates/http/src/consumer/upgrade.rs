use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::channel;
use super::socket::Socket;
use crate::HttpState;

/// Becomes a consumer's WebSocket (docs/consumer-protocol.md).
///
/// Not for a browser from an origin that is not configured.
#[utoipa::path(
    get,
    path = "/consumer/v1",
    operation_id = "consumer_channel",
    responses(
        (status = 101, description = "A WebSocket."),
        (status = 400, description = "No WebSocket's handshake.", body = str, content_type = "text/plain"),
        (status = 403, description = "This origin is not allowed.", body = str, content_type = "text/plain"),
        (status = 426, description = "An upgrade is required.", body = str, content_type = "text/plain"),
    ),
)]
pub(crate) async fn connect(State(state): State<HttpState>, headers: HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    if !is_welcome(state.consumer.origins.as_deref(), &headers) {
        return (StatusCode::FORBIDDEN, "this origin is not allowed\n").into_response();
    }
    let bytes_max = state.consumer.message_bytes_max;
    upgrade.max_message_size(bytes_max).max_frame_size(bytes_max).on_upgrade(|socket| {
        let tasks = state.tasks.clone();
        tasks.track_future(async move { channel::run(Socket::new(socket, &state.consumer), &state).await })
    })
}

fn is_welcome(allowed: Option<&[String]>, headers: &HeaderMap) -> bool {
    match (allowed, headers.get(header::ORIGIN)) {
        (None, _) | (Some(_), None) => true,
        (Some(allowed), Some(origin)) => allowed.iter().any(|known| known.as_bytes() == origin.as_bytes()),
    }
}
