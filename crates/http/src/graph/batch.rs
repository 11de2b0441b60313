//! `POST /` with `batch=[…]`: several requests in one (Graph's "Batch Requests" page).
//!
//! Operations run one after the other in their order, each through the same router as if it had come alone: with its own
//! errors, headers, limits and trace id. What it does not say itself it has from the batch: the token with its proof, and
//! the version.

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use offhook_wire::{
    BatchAnswer, BatchBody, BatchForm, BatchHeader, BatchMethod, BatchOperation, BatchRequest, ErrorBody, GraphError,
    GraphVersion,
};
use serde_json::json;
use tower::ServiceExt as _;

use super::failure::Failure;
use super::request::{GraphRequest, Inherited};
use super::trace_id::TraceId;
use super::whole::whole;
use crate::HttpState;

/// The edges that the operations of a batch are for. A batch is not among them.
#[derive(Clone)]
pub(crate) struct Edges(pub(crate) Router);

/// Runs several requests in one.
#[utoipa::path(post, path = "/", request_body = BatchForm, responses((status = 200, body = Vec<BatchAnswer>)))]
pub(crate) async fn batch(
    State(_): State<HttpState>,
    Extension(Edges(edges)): Extension<Edges>,
    uri: Uri,
    request: GraphRequest,
) -> Result<Json<Vec<BatchAnswer>>, Failure> {
    let version = version(uri.path())?;
    let BatchRequest { operations, include_headers } = BatchRequest::parse(&request.parameters)?;
    let inherited = request.credentials()?;
    let mut answers = Vec::with_capacity(operations.len());
    for operation in operations {
        let response = match operation.and_then(|operation| alone(operation, version, &inherited)) {
            Ok(request) => edges.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
            Err(error) => refused(&error),
        };
        answers.push(answer(response, include_headers).await);
    }
    Ok(Json(answers))
}

/// The version that the batch's path names. A batch goes to the root, or to `me`, of a version or of none.
fn version(path: &str) -> Result<Option<&str>, GraphError> {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty()).peekable();
    let version = segments.next_if(|segment| GraphVersion::is_meant_by(segment));
    match (segments.next(), segments.next()) {
        (None | Some("me"), None) => Ok(version),
        (_, _) => Err(GraphError::UnknownPath),
    }
}

/// The operation as the request that it would be by itself.
fn alone(operation: BatchOperation, version: Option<&str>, inherited: &Inherited) -> Result<Request, GraphError> {
    let BatchOperation { method, relative_url, headers, body } = operation;
    let first = relative_url.split(['/', '?']).next().unwrap_or_default();
    let path = match version {
        Some(version) if !GraphVersion::is_meant_by(first) => format!("/{version}/{relative_url}"),
        Some(_) | None => format!("/{relative_url}"),
    };
    let uri: Uri = path.parse().map_err(|_| GraphError::parameter("relative_url", "The URL cannot be read."))?;
    if self::version(uri.path()).is_ok() {
        return Err(GraphError::parameter("relative_url", "Name an edge; a batch cannot hold another batch."));
    }
    let mut request = Request::builder().method(method_of(method)).uri(uri);
    let (content_type, body) = match body {
        BatchBody::Form(form) => ("application/x-www-form-urlencoded", form),
        BatchBody::Json(object) => ("application/json", object.to_string()),
    };
    if !headers.iter().any(|header| header.name.eq_ignore_ascii_case(header::CONTENT_TYPE.as_str())) {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    for BatchHeader { name, value } in headers {
        request = request.header(name, value);
    }
    let request = request.extension(inherited.clone()).body(Body::from(body));
    request.map_err(|_| GraphError::parameter("headers", "A header's name or value cannot be read."))
}

fn method_of(method: BatchMethod) -> Method {
    match method {
        BatchMethod::Get => Method::GET,
        BatchMethod::Post => Method::POST,
        BatchMethod::Delete => Method::DELETE,
    }
}

/// The answer to an operation that never became a request.
fn refused(error: &GraphError) -> Response {
    let status = StatusCode::from_u16(error.status()).expect("every row has a valid status");
    (status, Json(json!(ErrorBody::new(error, TraceId::random().to_string())))).into_response()
}

async fn answer(response: Response, include_headers: bool) -> BatchAnswer {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter().map(|(name, value)| BatchHeader {
        name: name.to_string(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    let headers = include_headers.then(|| headers.collect());
    let bytes = whole(body).await;
    BatchAnswer { code: parts.status.as_u16(), headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Largest batch: fifty operations with an SDP of the usual size each, escaped twice over.
pub(crate) const BATCH_BYTES_MAX: usize = 1024 * 1024;
