use std::sync::{Arc, LazyLock};

use axum::Extension;
use axum::body::Bytes;
use axum::http::header;
use axum::response::IntoResponse;

use super::document::below;
use crate::Site;

/// Describes this API.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json", body = Object)),
)]
pub(crate) async fn serve(Extension(text): Extension<Text>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], Bytes::clone(&text.0))
}

/// What is served, made when somebody asks first.
#[derive(Clone)]
pub(crate) struct Text(Arc<LazyLock<Bytes, Box<dyn FnOnce() -> Bytes + Send>>>);

impl Text {
    pub(crate) fn of(site: &Site) -> Self {
        let base = site.base_path.clone();
        Self(Arc::new(LazyLock::new(Box::new(move || below(&base).into()))))
    }
}
