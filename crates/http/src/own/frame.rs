use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::refusal::Refusal;
use crate::graph::bearer;
use crate::run_to_end::run_to_end;
use crate::site::Visit;
use crate::{HttpState, session};

/// Lets in who bears the admin token or has signed in with it, and runs the handler to its end.
pub(crate) async fn frame(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let visit: &Visit = request.extensions().get().expect("`site::enter` stands around every route");
    if let Err(refusal) = admit(&state, request.method(), request.headers(), visit).await {
        return refusal.into_response();
    }
    let ran = run_to_end(&state.tasks, next.run(request)).await;
    fail::fail_point!("kill::http_before_answer", |_| std::process::abort());
    ran.unwrap_or_else(|panicked| Refusal::from(panicked).into_response())
}

/// A token that is borne decides; only a request without one is asked for its cookie, which must be meant by our own page.
async fn admit(state: &HttpState, method: &Method, headers: &HeaderMap, visit: &Visit) -> Result<(), Refusal> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let token = authorization.to_str().ok().and_then(bearer);
        return if token.is_some_and(|token| state.admin_token.is(token)) {
            Ok(())
        } else {
            Err(Refusal::Unauthorized)
        };
    }
    session::of_operator(state, headers, visit).await?.ok_or(Refusal::Unauthorized)?;
    if session::is_safe_from_others(state, method, headers, visit) { Ok(()) } else { Err(Refusal::ForeignPage) }
}

/// Lets through only in a sandbox.
pub(crate) async fn in_sandbox(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    if state.sandbox { next.run(request).await } else { Refusal::NoSandbox.into_response() }
}
