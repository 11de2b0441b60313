//! What every Graph request has around it.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use offhook_wire::{ErrorBody, GraphError, GraphVersion, UnsupportedVersion};
use tracing::Instrument as _;

use super::busy::{Busy, Spent};
use super::debug;
use super::exchange::Exchange;
use super::failure::Failure;
use super::fault;
use super::noting::Noting;
use super::trace_id::TraceId;
use super::usage;
use crate::HttpState;
use crate::run_to_end::run_to_end;

/// Checks the version, runs the handler to its end, writes what failed as Graph's error object, and sets the headers
/// that every response bears.
pub(crate) async fn frame(State(state): State<HttpState>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let trace = TraceId::random();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let version = version(request.uri().path());
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let (exchange, spent) = (Exchange::default(), Spent::default());
    request.extensions_mut().insert(exchange.clone());
    let span = tracing::info_span!("graph", %trace, method = %request.method());
    let response = async {
        if let Err(UnsupportedVersion) = version {
            return Failure::from(GraphError::UnsupportedVersion).into_response();
        }
        run_to_end(&state.tasks, Busy::new(next.run(request), spent.clone()))
            .await
            .unwrap_or_else(|bug| Failure::bug(bug).into_response())
    };
    fail::fail_point!("kill::http_before_answer", |_| std::process::abort());
    let response = fault::bend(response.instrument(span).await, exchange.struck()).await;
    let response = write_failure(response, trace);
    let response = debug_answer(response, &exchange, version).await;
    let response = Noting { service: &state.service, method, path, trace, started }.note(&exchange, response).await;
    let mut response = fault::send(response, exchange.struck()).await;
    let headers = response.headers_mut();
    headers.insert(TRACE_ID, trace.into());
    headers.insert(API_VERSION, version_header(version.ok().flatten().unwrap_or(GraphVersion::LATEST)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(who) = exchange.metered() {
        state.service.spend(who, started.elapsed(), spent.so_far());
        headers.extend(usage::headers(&state.service, who));
    }
    measure(route.as_ref(), &response, started.elapsed());
    response
}

/// The version that a path asks for in its first segment, if it does.
fn version(path: &str) -> Result<Option<GraphVersion>, UnsupportedVersion> {
    match path.split('/').nth(1) {
        Some(segment) if GraphVersion::is_meant_by(segment) => segment.parse().map(Some),
        Some(_) | None => Ok(None),
    }
}

fn version_header(version: GraphVersion) -> HeaderValue {
    HeaderValue::try_from(version.to_string()).expect("a version is letters, digits and a dot")
}

fn write_failure(mut response: Response, trace: TraceId) -> Response {
    let Some(failure) = response.extensions_mut().remove::<Failure>() else { return response };
    failure.log(trace);
    let body = Json(ErrorBody::new(failure.error(), trace.to_string()));
    let headers = response.headers().clone();
    (response.status(), headers, body).into_response()
}

/// The answer with what a request in debug mode asks for beside it.
async fn debug_answer(
    response: Response,
    exchange: &Exchange,
    version: Result<Option<GraphVersion>, UnsupportedVersion>,
) -> Response {
    let Some(parameters) = exchange.parameters() else { return response };
    let Some(level) = parameters.debug_level() else { return response };
    let path_has_version = version != Ok(None);
    let messages = debug::messages(parameters, path_has_version, response.status().is_success());
    debug::add(response, level, messages).await
}

/// Counts the edge, whichever version was asked for.
fn measure(route: Option<&MatchedPath>, response: &Response, took: Duration) {
    let route = route.map_or("unknown", |path| path.as_str().trim_start_matches("/{version}")).to_owned();
    let status = response.status().as_u16().to_string();
    metrics::counter!("offhook_graph_requests_total", "route" => route.clone(), "status" => status).increment(1);
    metrics::histogram!("offhook_graph_request_seconds", "route" => route).record(took.as_secs_f64());
}

const TRACE_ID: HeaderName = HeaderName::from_static("x-fb-trace-id");
const API_VERSION: HeaderName = HeaderName::from_static("facebook-api-version");
