use axum::Router;
use axum::routing::get;

use super::{assets, console, consumer, desk, embedding};
use crate::HttpState;

/// The pages of every server, and the parts of all pages.
pub(crate) fn routes() -> Router<HttpState> {
    Router::new()
        .route("/c/{page}", get(consumer::client))
        .route("/console", get(console::console))
        .route("/console/", get(console::console))
        .route("/console/{*view}", get(console::console))
        .route("/desk", get(desk::desk))
        .route("/embed.js", get(embedding::script))
        .route("/assets/{*path}", get(assets::asset))
}
