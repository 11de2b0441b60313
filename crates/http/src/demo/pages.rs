use axum::http::HeaderMap;
use axum::response::Response;

use crate::pages::{self, Frames};

pub(super) async fn business(headers: HeaderMap) -> Response {
    pages::page("demo/business.html", Frames::Nobody, &headers)
}

pub(super) async fn consumer(headers: HeaderMap) -> Response {
    pages::page("demo/consumer.html", Frames::Nobody, &headers)
}
