use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::channel;
use super::socket::Socket;
use crate::HttpState;

/// `GET /consumer/v1`: becomes a WebSocket, unless a browser comes from an origin that is not configured.
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
