use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::channel;
use crate::HttpState;
use crate::site::{Sender, Visit};

/// Becomes a consumer's WebSocket (docs/consumer-protocol.md).
///
/// Not for pages of other origins than this server's own and those that are configured.
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
pub(crate) async fn connect(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match Sender::of(&headers, &visit, &state.site) {
        Sender::Own | Sender::Allowed | Sender::NoBrowser => {}
        Sender::Foreign => return (StatusCode::FORBIDDEN, FOREIGN).into_response(),
    }
    crate::channel::upgrade(upgrade, state, channel::run)
}

const FOREIGN: &str = "pages of this origin may not connect: name it in http.origins\n";
