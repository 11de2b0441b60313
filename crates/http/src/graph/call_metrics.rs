//! `POST /{page-id}/call_metrics`.

use axum::Json;
use axum::extract::State;
use offhook_wire::{CallMetrics, CallMetricsBody, Success};
use serde_json::json;

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Takes what the business measured of a call, once, within 24 hours after its end.
#[utoipa::path(
    post,
    path = "/{node}/call_metrics",
    request_body = CallMetricsBody,
    responses((status = 200, body = Success)),
    extensions(("x-errors" = json!([
        "invalid_call_id", "page_not_in_call", "not_call_owner", "calling_not_enabled", "metrics_refused",
    ]))),
)]
pub(crate) async fn call_metrics(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    let CallMetrics { call, report } = CallMetrics::parse(&request.parameters)?;
    request.is_about(caller, call, None);
    state.service.submit_metrics(caller, call, json!(report)).await?;
    Ok(Json(Success::YES))
}
