//! What time it is in a sandbox, on every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;

use crate::HttpState;

/// Stamps the answer with the time at which it was made.
pub(crate) async fn sandbox_time(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let reading = state.service.clock_reading().ok();
    if let Some(now) = reading.and_then(|reading| Timestamp::from_millisecond(reading.now.0).ok()) {
        let text = HeaderValue::try_from(format!("{now:.3}")).expect("a time is visible ASCII");
        response.headers_mut().insert(HEADER, text);
    }
    response
}

const HEADER: HeaderName = HeaderName::from_static("x-offhook-time");
