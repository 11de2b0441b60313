//! The pages themselves, compiled in; in a debug build they are read from the folder on each request.

use axum::extract::Path;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::Embed;

#[derive(Embed)]
#[folder = "../../web/demo"]
struct Files;

pub(super) async fn business() -> Response {
    file("business.html")
}

pub(super) async fn consumer() -> Response {
    file("consumer.html")
}

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    file(&name)
}

fn file(name: &str) -> Response {
    match (Files::get(name), content_type(name)) {
        (Some(file), Some(content_type)) => {
            ([(header::CONTENT_TYPE, content_type)], HEADERS, file.data.into_owned()).into_response()
        }
        (Some(_) | None, Some(_) | None) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

/// Nothing runs but our own files, and nobody frames them.
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
