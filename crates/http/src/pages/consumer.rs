//! `/c/{page}`: the consumer's client.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use offhook_call::PageId;

use super::{Frames, page};

/// The same for every Page, whether it exists or not: who has a link knows, and nobody else is told.
pub(super) async fn client(Path(_): Path<PageId>, headers: HeaderMap) -> Response {
    page("consumer/index.html", Frames::Nobody, &headers)
}
