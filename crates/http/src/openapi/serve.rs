use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;

use super::document;

/// Describes this API.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    responses((status = 200, description = "OpenAPI 3.1.", content_type = "application/json", body = Object)),
)]
pub(crate) async fn serve() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}

static TEXT: LazyLock<String> = LazyLock::new(document);
