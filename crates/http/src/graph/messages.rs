//! `POST /{page-id}/messages`.

use axum::Json;
use axum::extract::State;
use offhook_call::SendRefused;
use offhook_service::{OutgoingMessage, SendError};
use offhook_wire::{GraphError, MessageAnswer, MessageBody, MessageRequest, RequestLimit};

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Sends a message into a consumer's thread: a text, a request for permission to call, a prompt or a button to call.
#[utoipa::path(
    post,
    path = "/{node}/messages",
    request_body = MessageBody,
    responses((status = 200, body = MessageAnswer)),
    extensions(("x-errors" = json!([
        "invalid_psid", "calling_not_enabled", "outside_messaging_window", "permission_request_limit",
        "settings_refused",
    ]))),
)]
pub(crate) async fn send_message(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<MessageAnswer>, Failure> {
    let caller = request.caller(&state.service).await?;
    let MessageRequest { to, kind, reach } = MessageRequest::parse(&request.parameters)?;
    let message = state.service.send_message(caller, OutgoingMessage { to, kind, reach }).await?;
    Ok(Json(MessageAnswer::new(to, message)))
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        match error {
            SendError::UnknownConsumer => GraphError::InvalidPsid.into(),
            SendError::Refused(refused) => why_not(refused).into(),
            SendError::Store(error) => error.into(),
        }
    }
}

fn why_not(refused: SendRefused) -> GraphError {
    match refused {
        SendRefused::CallingNotEnabled => GraphError::CallingNotEnabled,
        SendRefused::OutsideWindow => GraphError::OutsideMessagingWindow,
        SendRefused::PermissionHeld => GraphError::PermissionRequestLimit(RequestLimit::Held),
        SendRefused::TooManyRequests => GraphError::PermissionRequestLimit(RequestLimit::Daily),
    }
}
