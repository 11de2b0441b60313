//! The parameters in a request's body, in the three forms that Graph takes.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, header};
use offhook_wire::GraphError;
use serde_json::{Map, Value};
use tokio::time::timeout;

/// Largest body of a route. As an extension of a request it stands for the default (contract section 1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyBytesMax(pub(crate) usize);

impl Default for BodyBytesMax {
    fn default() -> Self {
        Self(256 * 1024)
    }
}

/// Names and values in the order in which they stand.
pub(super) async fn read(
    headers: &HeaderMap,
    body: Body,
    BodyBytesMax(max): BodyBytesMax,
) -> Result<Vec<(String, Value)>, GraphError> {
    let bytes = timeout(READ_TIMEOUT, to_bytes(body, max)).await;
    let bytes = bytes.map_err(|_| refused(format!("The body did not arrive within {} s.", READ_TIMEOUT.as_secs())))?;
    let too_large = |_| refused(format!("The body must not be larger than {} KiB.", max / 1024));
    let bytes = bytes.map_err(too_large)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or(JSON);
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        JSON => json(&bytes),
        "application/x-www-form-urlencoded" => Ok(form(&bytes)),
        "multipart/form-data" => multipart(content_type, bytes).await,
        other => Err(refused(format!("Content-Type `{other}` is not supported; send JSON, a form or multipart."))),
    }
}

/// The pairs of a query or a form.
pub(super) fn form(bytes: &[u8]) -> Vec<(String, Value)> {
    let pairs = url::form_urlencoded::parse(bytes);
    pairs.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect()
}

fn json(bytes: &[u8]) -> Result<Vec<(String, Value)>, GraphError> {
    let object = serde_json::from_slice::<Map<String, Value>>(bytes);
    let object = object.map_err(|error| refused(format!("The body is not a JSON object: {error}.")))?;
    Ok(object.into_iter().collect())
}

async fn multipart(content_type: &str, bytes: Bytes) -> Result<Vec<(String, Value)>, GraphError> {
    let broken = |error: &dyn std::fmt::Display| refused(format!("The multipart body cannot be read: {error}."));
    let request = Request::builder().header(header::CONTENT_TYPE, content_type).body(bytes.into());
    let request = request.map_err(|error| broken(&error))?;
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| broken(&error))?;
    let mut pairs = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let text = part.text().await.map_err(|error| broken(&error))?;
        pairs.push((name, text.into()));
    }
    Ok(pairs)
}

fn refused(detail: String) -> GraphError {
    GraphError::parameter("body", detail)
}

const JSON: &str = "application/json";

/// How long a body may take to arrive. A request runs to its end even if its client goes, so it must come to one.
const READ_TIMEOUT: Duration = Duration::from_secs(30);
