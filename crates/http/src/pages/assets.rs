use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::files;
use crate::HttpState;

pub(super) async fn asset(State(state): State<HttpState>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    if path.starts_with("demo/") && state.demo.is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    files::part(&path, &headers)
}
