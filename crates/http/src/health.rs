//! `/health/live`, `/health/ready` and `/metrics`.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use crate::HttpState;

/// Answers as long as the process does.
#[utoipa::path(get, path = "/health/live", responses((status = 200, body = str, content_type = "text/plain")))]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Tells whether new requests are welcome. While the server stops, a load balancer sends them elsewhere.
#[utoipa::path(
    get,
    path = "/health/ready",
    responses(
        (status = 200, body = str, content_type = "text/plain"),
        (status = 503, description = "The server stops, or its store cannot write.", body = str, content_type = "text/plain"),
    ),
)]
pub(crate) async fn ready(State(state): State<HttpState>) -> (StatusCode, &'static str) {
    if state.service.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if !state.service.is_store_writable() {
        (StatusCode::SERVICE_UNAVAILABLE, "the store cannot write\n")
    } else {
        (StatusCode::OK, "ok\n")
    }
}

/// Shows the metrics in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", responses((status = 200, body = str, content_type = "text/plain")))]
pub(crate) async fn metrics(State(state): State<HttpState>) -> impl IntoResponse {
    measure_store(&state).await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], (state.metrics)())
}

/// Measured when asked: between two looks nobody needs it.
async fn measure_store(state: &HttpState) {
    match state.service.store_sizes().await {
        Ok(sizes) => {
            metrics::gauge!("offhook_store_database_bytes").set(sizes.database as f64);
            metrics::gauge!("offhook_store_wal_bytes").set(sizes.wal as f64);
            metrics::gauge!("offhook_store_free_bytes").set(sizes.free as f64);
            metrics::gauge!("offhook_store_writable").set(u8::from(state.service.is_store_writable()));
        }
        Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "the store cannot be measured"),
    }
}
