use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::channel;
use crate::HttpState;
use crate::session;
use crate::site::{Sender, Visit};

/// Becomes the WebSocket of an agent's device (docs/desk.md).
///
/// Only for this server's own pages and for programs. Who is not signed in is told so by a close code, which pages can read.
#[utoipa::path(
    get,
    path = "/desk/v1",
    operation_id = "desk_channel",
    responses(
        (status = 101, description = "A WebSocket."),
        (status = 400, description = "No WebSocket's handshake.", body = str, content_type = "text/plain"),
        (status = 403, description = "This origin is not allowed.", body = str, content_type = "text/plain"),
        (status = 426, description = "An upgrade is required.", body = str, content_type = "text/plain"),
        (status = 503, description = "The store cannot say who is signed in.", body = str, content_type = "text/plain"),
    ),
)]
pub(crate) async fn connect(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    match Sender::of(&headers, &visit, &state.site) {
        Sender::Own | Sender::NoBrowser => {}
        Sender::Allowed | Sender::Foreign => return (StatusCode::FORBIDDEN, FOREIGN).into_response(),
    }
    let agent = match session::of_agent(&state, &headers, &visit).await {
        Ok(found) => found.map(|(agent, _)| agent.id),
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "who is signed in at the desk is unknown");
            return (StatusCode::SERVICE_UNAVAILABLE, UNKNOWN).into_response();
        }
    };
    crate::channel::upgrade(upgrade, state, move |socket, state| channel::run(socket, state, agent))
}

const FOREIGN: &str = "only pages of this server may connect\n";
const UNKNOWN: &str = "the store takes no more work now; try again\n";
