use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tower::ServiceExt as _;

use super::{BasePath, Visit, headers};
use crate::HttpState;

/// Finds out who asks, and tells browsers what they shall do with the answer.
pub(crate) async fn enter(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let visit = Visit::of(&request, &state.site);
    request.extensions_mut().insert(visit.clone());
    let mut response = next.run(request).await;
    headers::add(response.headers_mut(), &visit, &state.site);
    response
}

/// The same routes below a base path, and nothing beside it.
pub(crate) fn below(base: BasePath, router: Router) -> Router {
    if base.is_empty() {
        return router;
    }
    Router::new().fallback(async move |mut request: Request| match base.strip(request.uri()) {
        Some(uri) => {
            *request.uri_mut() = uri;
            router.oneshot(request).await.into_response()
        }
        None => (StatusCode::NOT_FOUND, format!("everything here is below {base}\n")).into_response(),
    })
}
