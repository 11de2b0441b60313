//! `POST /{page-id}/calls`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use offhook_service::{ActionError, ConnectRequest, MediaAnswer, MediaUpdate};
use offhook_wire::{CallAnswer, CallBody, CallRequest, MediaChange, Success, VersionConflict};

use super::failure::Failure;
use super::idempotency;
use super::request::GraphRequest;
use crate::HttpState;

/// Acts on a call: starts, accepts, rejects, ends it, or changes its media.
#[utoipa::path(
    post,
    path = "/{node}/calls",
    request_body = CallBody,
    responses((status = 200, body = CallAnswer)),
    extensions(("x-errors" = json!([
        "invalid_psid", "no_call_permission", "calling_not_enabled", "connection_info_missing", "invalid_sdp",
        "invalid_call_id", "page_not_in_call", "not_call_owner", "call_failed", "call_ended", "already_accepted",
        "already_rejected", "already_terminated", "wrong_direction", "version_conflict", "invalid_track",
        "consumer_busy", "call_quota_reached", "rate_limited", "draining",
    ]))),
)]
pub(crate) async fn calls(State(state): State<HttpState>, request: GraphRequest) -> Result<Response, Failure> {
    let service = &state.service;
    let (caller, compat) = request.caller_and_compat(service).await?;
    let asked = CallRequest::parse(&request.parameters)?;
    let (action, subject) = asked.subject();
    if let Some(call) = subject {
        request.is_about(caller, call, Some(action));
    }
    match asked {
        CallRequest::Connect { to: psid, offer } => {
            let idempotency_key = idempotency::key(&request.headers)?;
            let connect = ConnectRequest { psid, offer, consumer_audio: compat.consumer_audio, idempotency_key };
            let connected = service.connect(caller, connect).await?;
            request.is_about(caller, connected.call, Some(action));
            let answer = CallAnswer::answered(connected.call, connected.answer, None);
            Ok(Json(answer.render(&compat)).into_response())
        }
        CallRequest::Accept { call, offer } => {
            let MediaAnswer { answer, renegotiation } =
                service.accept_call(caller, call, &offer, compat.consumer_audio).await?;
            Ok(Json(CallAnswer::answered(call, answer, renegotiation).render(&compat)).into_response())
        }
        CallRequest::MediaUpdate { call, change: MediaChange { offer, tracks, from_version } } => {
            let update = MediaUpdate { offer, tracks, from_version, consumer_audio: compat.consumer_audio };
            let answer = match service.media_update(caller, call, update).await {
                Ok(Some(MediaAnswer { answer, renegotiation })) => CallAnswer::answered(call, answer, renegotiation),
                Ok(None) => CallAnswer::switched(call),
                Err(ActionError::VersionConflict { .. })
                    if compat.version_conflict == VersionConflict::EmptySession =>
                {
                    return Ok(Json(CallAnswer::conflicting(call)).into_response());
                }
                Err(error) => return Err(error.into()),
            };
            Ok(Json(answer.render(&compat)).into_response())
        }
        CallRequest::Reject { call } => {
            service.reject(caller, call).await?;
            Ok(Json(Success::YES).into_response())
        }
        CallRequest::Terminate { call } => {
            service.terminate(caller, call).await?;
            Ok(Json(Success::YES).into_response())
        }
    }
}
