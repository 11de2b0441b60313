use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use crate::HttpState;
use crate::graph::bearer;
use crate::run_to_end::run_to_end;

/// Lets in who bears the admin token, and runs the handler to its end.
pub(crate) async fn frame(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if !authorization.and_then(bearer).is_some_and(|token| state.admin_token.is(token)) {
        return Refusal::Unauthorized.into_response();
    }
    let ran = run_to_end(&state.tasks, next.run(request)).await;
    fail::fail_point!("kill::http_before_answer", |_| std::process::abort());
    ran.unwrap_or_else(|panicked| Refusal::from(panicked).into_response())
}

/// Lets through only in a sandbox.
pub(crate) async fn in_sandbox(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    if state.sandbox { next.run(request).await } else { Refusal::NoSandbox.into_response() }
}
