//! `/runs`: scenarios of scripted consumers, played by the server itself.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use offhook_call::{Duration, PageId, Psid, Time};
use offhook_service::{NewRun, RunRecord, RunRefused, RunState};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{At, Body, Query};
use super::list::{self, Newest};
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RunRequest {
    /// The text of a scenario (docs/scenarios.md).
    scenario: String,
    /// WAV and Ogg Opus files that it plays, in base64, by the names that it has for them.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// The Page that its consumers are known to; by default the server's only one.
    #[schema(value_type = Option<schema::PageId>)]
    page_id: Option<PageId>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct RunView {
    #[schema(value_type = schema::RunId)]
    id: String,
    state: &'static str,
    #[schema(value_type = schema::Time)]
    started_at: Time,
    /// Who can be called.
    consumers: Vec<PresentView>,
    /// What came of it, as `offhook run --json` prints it; null while the run is under way.
    #[schema(value_type = Option<Object>)]
    outcome: Option<Value>,
    /// Why nothing came of a run that has ended.
    error: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct PresentView {
    name: String,
    #[schema(value_type = schema::Psid)]
    psid: Psid,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WaitForEnd {
    /// How long to wait for its end, up to 30,000; not at all unless told.
    #[serde(default)]
    #[param(default = 0)]
    wait_ms: u64,
}

/// Plays a scenario, by the server itself.
///
/// The answer comes when the consumers' devices are connected: they can be called. At most 8 runs are under way at a time,
/// a run's `limit` is 30 minutes at most, and the request may have 8 MiB.
#[utoipa::path(
    post,
    path = "/runs",
    request_body = RunRequest,
    responses((status = 201, body = RunView)),
    extensions(("x-errors" = json!(["not_found", "no_sandbox", "too_many"]))),
)]
pub(crate) async fn start_run(
    State(state): State<HttpState>,
    Body(request): Body<RunRequest>,
) -> Result<(StatusCode, Json<RunView>), Refusal> {
    let RunRequest { scenario, files, page_id } = request;
    let files = files.into_iter().map(decoded).collect::<Result<_, _>>()?;
    let page = page(&state, page_id).await?;
    let started = state.runs.start(NewRun { scenario, files, page }).await?;
    Ok((StatusCode::CREATED, Json(started.into())))
}

/// Lists runs, the newest first. 50 are kept, until the server stops.
#[utoipa::path(
    get,
    path = "/runs",
    params(Newest),
    responses((status = 200, body = Data<RunView>)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn runs(
    State(state): State<HttpState>,
    Query(wanted): Query<Newest>,
) -> Result<Json<Data<RunView>>, Refusal> {
    Ok(list::data(state.runs.newest(wanted.limit() as usize)))
}

/// Shows a run; waits for its end if told to.
#[utoipa::path(
    get,
    path = "/runs/{run}",
    params(WaitForEnd),
    responses((status = 200, body = RunView)),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn run(
    State(state): State<HttpState>,
    At(run): At<u64>,
    Query(WaitForEnd { wait_ms }): Query<WaitForEnd>,
) -> Result<Json<RunView>, Refusal> {
    let wait = Duration::from_millis(wait_ms).min(WAIT_MAX);
    let found = tokio::select! {
        found = state.runs.run(run, wait) => found,
        () = state.stop.cancelled() => state.runs.run(run, Duration::ZERO).await,
    };
    Ok(Json(found.ok_or(NO_RUN)?.into()))
}

/// Stops a run: its devices hang up and disconnect, and steps that were not taken are `skipped`.
#[utoipa::path(
    delete,
    path = "/runs/{run}",
    responses((status = 200, body = RunView)),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn stop_run(State(state): State<HttpState>, At(run): At<u64>) -> Result<Json<RunView>, Refusal> {
    Ok(Json(state.runs.stop(run).await.ok_or(NO_RUN)?.into()))
}

/// Sends a recording of a run that has ended: what a device heard, or the last picture that it saw.
#[utoipa::path(
    get,
    path = "/runs/{run}/files/{name}",
    responses((status = 200, content((Vec<u8> = "audio/ogg"), (Vec<u8> = "image/png")))),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn run_file(
    State(state): State<HttpState>,
    At((run, name)): At<(u64, String)>,
) -> Result<impl IntoResponse, Refusal> {
    let bytes = state.runs.file(run, &name).await.ok_or(Refusal::NotFound { what: "recording of a run" })?;
    let media_type = if name.ends_with(".png") { "image/png" } else { "audio/ogg" };
    Ok(([(header::CONTENT_TYPE, media_type)], Bytes::from(bytes)))
}

/// Shows what came of a run as JUnit XML.
#[utoipa::path(
    get,
    path = "/runs/{run}/junit",
    responses((status = 200, body = String, content_type = "application/xml")),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn run_junit(State(state): State<HttpState>, At(run): At<u64>) -> Result<impl IntoResponse, Refusal> {
    match state.runs.run(run, Duration::ZERO).await.ok_or(NO_RUN)?.state {
        RunState::Ended { junit, .. } => Ok(([(header::CONTENT_TYPE, "application/xml")], junit)),
        RunState::Running | RunState::Broken { .. } => Err(Refusal::NotFound { what: "outcome of a run" }),
    }
}

fn decoded((name, text): (String, String)) -> Result<(String, Vec<u8>), Refusal> {
    match STANDARD.decode(text) {
        Ok(bytes) => Ok((name, bytes)),
        Err(error) => Err(Refusal::InvalidRequest { detail: format!("files: `{name}` is no base64: {error}") }),
    }
}

/// The Page that is meant.
async fn page(state: &HttpState, wanted: Option<PageId>) -> Result<PageId, Refusal> {
    let pages = state.service.pages().await?;
    match (wanted, &pages[..]) {
        (Some(wanted), pages) if pages.iter().any(|page| page.id == wanted) => Ok(wanted),
        (Some(_), _) => Err(Refusal::NotFound { what: "Page" }),
        (None, [only]) => Ok(only.id),
        (None, pages) => {
            let detail = format!("page_id: name one of the server's Pages; it has {}", pages.len());
            Err(Refusal::InvalidRequest { detail })
        }
    }
}

impl From<RunRecord> for RunView {
    fn from(record: RunRecord) -> Self {
        let RunRecord { id, started_at, consumers, state } = record;
        let (state, outcome, error) = match state {
            RunState::Running => ("running", None, None),
            RunState::Ended { outcome, .. } => ("ended", Some(outcome), None),
            RunState::Broken { reason } => ("ended", None, Some(reason)),
        };
        let consumers = consumers.into_iter().map(|(name, psid)| PresentView { name, psid }).collect();
        Self { id: id.to_string(), state, started_at, consumers, outcome, error }
    }
}

impl From<RunRefused> for Refusal {
    fn from(error: RunRefused) -> Self {
        match error {
            RunRefused::Unplayable(detail) => Self::InvalidRequest { detail },
            RunRefused::TooMany(_) => Self::TooMany { detail: error.to_string() },
            RunRefused::Failed(cause) => Self::Internal(cause),
        }
    }
}

const NO_RUN: Refusal = Refusal::NotFound { what: "run" };

/// Largest request for a run: scenarios bring their sounds along.
pub(crate) const RUN_BYTES_MAX: usize = 8 * 1024 * 1024;

const WAIT_MAX: Duration = Duration::from_secs(30);
