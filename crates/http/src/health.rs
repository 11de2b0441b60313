//! `/health/live`, `/health/ready` and `/metrics`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::HttpState;

/// 200 as long as the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// 503 while the server stops: a load balancer sends new requests elsewhere.
pub(crate) async fn ready(State(state): State<HttpState>) -> (StatusCode, &'static str) {
    if state.service.is_draining() { (StatusCode::SERVICE_UNAVAILABLE, "draining\n") } else { (StatusCode::OK, "ok\n") }
}

/// Prometheus' text format.
pub(crate) async fn metrics(State(state): State<HttpState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (state.metrics)())
}
