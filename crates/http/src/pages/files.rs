use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::{Embed, EmbeddedFile};
use sha2::{Digest as _, Sha256};

use super::headers::{self, Frames};
use crate::site::BasePath;

#[derive(Embed)]
#[folder = "../../web/console"]
struct Console;

#[derive(Embed)]
#[folder = "../../web/consumer"]
struct Consumer;

#[derive(Embed)]
#[folder = "../../web/desk"]
struct Desk;

#[derive(Embed)]
#[folder = "../../web/demo"]
struct Demo;

#[derive(Embed)]
#[folder = "../../web/docs"]
struct Docs;

#[derive(Embed)]
#[folder = "../../web/embed"]
struct Embedding;

#[derive(Embed)]
#[folder = "../../web/kit"]
struct Kit;

#[derive(Embed)]
#[folder = "../../web/vendor"]
struct Vendor;

/// A file of one of the folders that are served. Tests and what builds the vendored modules are in none of them.
fn find(path: &str) -> Option<EmbeddedFile> {
    let (folder, path) = path.split_once('/')?;
    match folder {
        "console" => Console::get(path),
        "consumer" => Consumer::get(path),
        "demo" => Demo::get(path),
        "desk" => Desk::get(path),
        "docs" => Docs::get(path),
        "embed" => Embedding::get(path),
        "kit" => Kit::get(path),
        "vendor" => Vendor::get(path),
        _ => None,
    }
}

/// A page: an HTML file with the policy for all that it loads.
pub(crate) fn page(path: &str, frames: Frames<'_>, request: &HeaderMap) -> Response {
    let mut response = part(path, request);
    response.headers_mut().extend(headers::of_page(frames));
    response
}

/// A page that has many addresses, at different depths: it names its parts from the root, as `/assets/…`. It is framed by
/// nobody.
pub(super) fn page_anywhere(path: &str, base: &BasePath) -> Response {
    let Some(file) = find(path) else { return StatusCode::NOT_FOUND.into_response() };
    let text = String::from_utf8_lossy(&file.data).replace("\"/assets/", &format!("\"{base}/assets/"));
    (headers::PART, headers::of_page(Frames::Nobody), Html(text)).into_response()
}

/// A file of a page.
pub(super) fn part(path: &str, request: &HeaderMap) -> Response {
    let (Some(file), Some(content_type)) = (find(path), content_type(path)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    sent(file.data, content_type, &file.metadata.sha256_hash(), request)
}

/// A page that was made and not read.
pub(crate) fn made_page(html: Bytes, request: &HeaderMap) -> Response {
    let mut response = made_part(html, HTML, request);
    response.headers_mut().extend(headers::of_page(Frames::Nobody));
    response
}

/// What belongs to such a page.
pub(crate) fn made_part(content: Bytes, content_type: &'static str, request: &HeaderMap) -> Response {
    let hash = Sha256::digest(&content);
    sent(content, content_type, &hash, request)
}

/// The hash names the content.
fn sent(content: impl Into<Body>, content_type: &'static str, hash: &[u8], request: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", hex::encode(hash));
    let has_it = request.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let tagged = [(header::ETAG, tag)];
    if has_it {
        return (StatusCode::NOT_MODIFIED, headers::PART, tagged).into_response();
    }
    (headers::PART, tagged, [(header::CONTENT_TYPE, content_type)], content.into()).into_response()
}

fn content_type(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "html" => Some(HTML),
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "LICENSE" => Some("text/plain; charset=utf-8"),
        _ => None,
    }
}

const HTML: &str = "text/html; charset=utf-8";
