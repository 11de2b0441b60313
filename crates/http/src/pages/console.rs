//! `/console`: the operator's console, which shows nothing before somebody has signed in.

use axum::extract::State;
use axum::response::Response;

use super::files::page_anywhere;
use crate::HttpState;

/// One page at every address below `/console`: what it shows is read from the address by its own script.
pub(super) async fn console(State(state): State<HttpState>) -> Response {
    page_anywhere("console/index.html", &state.site.base_path)
}
