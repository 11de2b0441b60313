//! `/c/{page}`: the consumer's client.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use offhook_call::PageId;

use super::{Frames, page};
use crate::HttpState;

/// The same for every Page, whether it exists or not, but for the sites that may embed it: who has a link knows, and nobody
/// else is told.
pub(super) async fn client(State(state): State<HttpState>, Path(id): Path<PageId>, headers: HeaderMap) -> Response {
    match state.service.page(id).await {
        Ok(found) => {
            let sites = found.map(|page| page.embed_origins).unwrap_or_default();
            page("consumer/index.html", Frames::By(&sites), &headers)
        }
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the sites that may embed a Page are unknown");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
