//! `POST /{page-id}/calls`.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use offhook_call::CallId;
use offhook_service::{Caller, ConnectRequest, Service};
use offhook_wire::{CallAnswer, CallRequest, GraphError, Success};

use super::failure::Failure;
use super::idempotency;
use super::request::GraphRequest;
use crate::HttpState;

pub(crate) async fn calls(State(state): State<HttpState>, request: GraphRequest) -> Result<Response, Failure> {
    let service = &state.service;
    let (caller, compat) = request.caller_and_compat(service).await?;
    match CallRequest::parse(&request.parameters)? {
        CallRequest::Connect { to: psid, offer } => {
            let idempotency_key = idempotency::key(&request.headers)?;
            let connected = service.connect(caller, ConnectRequest { psid, offer, idempotency_key }).await?;
            Ok(Json(CallAnswer::connected(connected.call, connected.answer).render(&compat)).into_response())
        }
        CallRequest::Accept { call } | CallRequest::Reject { call } => Err(inbound_only(service, caller, call).await),
        CallRequest::Terminate { call } => {
            service.terminate(caller, call).await?;
            Ok(Json(Success::YES).into_response())
        }
    }
}

/// Accept and reject are for calls that a consumer started, and every call is business-initiated.
async fn inbound_only(service: &Service, caller: Caller, call: CallId) -> Failure {
    match service.visible_call(caller, call).await {
        Ok(_) => GraphError::WrongDirection.into(),
        Err(error) => error.into(),
    }
}
