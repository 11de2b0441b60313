//! Requests and answers on their way into the timeline of the call that they are about.

use std::time::Instant;

use axum::response::Response;
use offhook_service::{ApiExchange, Service};
use serde_json::Value;

use super::exchange::{About, Exchange};
use super::request::PROOF;
use super::trace_id::TraceId;
use super::whole::whole;
use crate::without_sdp::without_sdp;

/// What the frame knows of a request.
pub(super) struct Noting<'a> {
    pub(super) service: &'a Service,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) trace: TraceId,
    pub(super) started: Instant,
}

impl Noting<'_> {
    pub(super) async fn note(self, exchange: &Exchange, response: Response) -> Response {
        let (Some(About { caller, call, action }), true) = (exchange.about(), self.service.records_timelines()) else {
            return response;
        };
        let (parts, body) = response.into_parts();
        let bytes = whole(body).await;
        let asked = exchange.parameters().map(|parameters| parameters.shown_without(&[PROOF])).unwrap_or_default();
        let answer: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let error = answer.pointer("/error/error_data/offhook/error").and_then(Value::as_str).map(str::to_owned);
        // Of a request that was refused nothing is in force, so what it brought stands nowhere else.
        let is_taken = parts.status.is_success();
        let shown = |body: Value| if is_taken { without_sdp(body) } else { body };
        self.service.note_exchange(
            caller,
            call,
            ApiExchange {
                method: self.method,
                path: self.path,
                action: action.map(str::to_owned),
                trace: self.trace.to_string(),
                body: shown(asked).to_string(),
                status: parts.status.as_u16(),
                error,
                answer: shown(answer).to_string(),
                fault: exchange.struck().cloned(),
                took: self.started.elapsed(),
            },
        );
        Response::from_parts(parts, bytes.into())
    }
}
