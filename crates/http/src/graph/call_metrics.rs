//! `POST /{page-id}/call_metrics`.

use axum::Json;
use axum::extract::State;
use offhook_wire::{CallMetrics, Success};
use serde_json::json;

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

pub(crate) async fn call_metrics(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Success>, Failure> {
    let caller = request.caller(&state.service).await?;
    let CallMetrics { call, report } = CallMetrics::parse(&request.parameters)?;
    state.service.submit_metrics(caller, call, json!(report)).await?;
    Ok(Json(Success::YES))
}
