use axum::Router;
use axum::routing::get;

use super::{assets, consumer};
use crate::HttpState;

/// The pages of every server, and the parts of all pages.
pub(crate) fn routes() -> Router<HttpState> {
    Router::new().route("/c/{page}", get(consumer::client)).route("/assets/{*path}", get(assets::asset))
}
