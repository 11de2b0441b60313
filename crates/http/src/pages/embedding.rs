//! `/embed.js`: the script that brings the consumer's client to other sites.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::files;

/// Any site may load it: it holds nothing, and who may frame what it frames is said with the page.
pub(super) async fn script(headers: HeaderMap) -> Response {
    let mut response = files::part("embed/embed.js", &headers);
    let anywhere = response.headers_mut();
    anywhere.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    anywhere.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    response
}
