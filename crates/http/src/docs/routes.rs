use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::contents::FIRST;
use super::{files, library};
use crate::{HttpState, pages};

pub(crate) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/docs", get(folder))
        .route("/docs/", get(first))
        .route("/docs/{page}", get(page))
        .route("/docs/search.json", get(search))
        .route("/docs/images/{name}", get(image))
}

/// Pages name one another relative to their folder. So is this, whatever stands before it.
async fn folder() -> impl IntoResponse {
    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, "docs/")])
}

async fn first(headers: HeaderMap) -> Response {
    page(Path(FIRST.to_owned()), headers).await
}

async fn page(Path(slug): Path<String>, headers: HeaderMap) -> Response {
    match library::page(&slug) {
        Some(html) => pages::made_page(html, &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn search(headers: HeaderMap) -> Response {
    pages::made_part(library::search(), "application/json", &headers)
}

async fn image(Path(name): Path<String>, headers: HeaderMap) -> Response {
    match files::image(&name) {
        Some(data) => pages::made_part(data.into_owned().into(), "image/png", &headers),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
