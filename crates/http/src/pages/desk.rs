//! `/desk`: where agents answer.

use axum::http::HeaderMap;
use axum::response::Response;

use super::{Frames, page};

/// Who is signed in, the page finds out by itself.
pub(super) async fn desk(headers: HeaderMap) -> Response {
    page("desk/index.html", Frames::Nobody, &headers)
}
