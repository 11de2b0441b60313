//! `/captures` and `/calls/{call}/capture`: the media of calls, decrypted, for Wireshark. Only in a sandbox.

mod announcement;
mod pcapng;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use offhook_call::{AppId, CallId, Happening, PageId, Side};
use offhook_service::{Armed, CaptureState, CapturesState};
use offhook_wire::schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::refusal::Refusal;
use crate::HttpState;

/// How much was captured of a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct CaptureView {
    #[schema(value_type = schema::CallId)]
    call_id: CallId,
    running: bool,
    packets: u64,
    bytes: usize,
    /// Packets that were one too many: a capture has 64 MiB at most.
    left_out: u64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArmCaptures {
    /// Arms it, or takes that back.
    on: bool,
    /// Only calls of this Page.
    #[schema(value_type = Option<schema::PageId>)]
    page_id: Option<PageId>,
    /// Only calls of this app; a consumer's call from when it accepts.
    #[schema(value_type = Option<schema::AppId>)]
    app_id: Option<AppId>,
}

/// New calls that are captured from their beginning.
#[derive(Serialize, ToSchema)]
struct ArmedView {
    #[schema(value_type = Option<schema::PageId>)]
    page_id: Option<PageId>,
    #[schema(value_type = Option<schema::AppId>)]
    app_id: Option<AppId>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CapturesView {
    armed: Vec<ArmedView>,
    /// The newest last; sixteen are kept.
    captures: Vec<CaptureView>,
}

/// Begins the capture of a live call's media.
///
/// It ends with the call. Captures are kept in memory, the last sixteen of them.
#[utoipa::path(
    post,
    path = "/calls/{call}/capture",
    responses((status = 200, body = CaptureView)),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn begin_capture(
    State(state): State<HttpState>,
    At(call): At<CallId>,
) -> Result<Json<CaptureView>, Refusal> {
    let captured = state.service.capture(call, true).await?.ok_or(Refusal::NotFound { what: "live call" })?;
    Ok(Json(CaptureView::of(call, captured)))
}

/// Ends the capture of a live call's media; what was captured stays.
#[utoipa::path(
    delete,
    path = "/calls/{call}/capture",
    responses((status = 200, body = CaptureView)),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn end_capture(
    State(state): State<HttpState>,
    At(call): At<CallId>,
) -> Result<Json<CaptureView>, Refusal> {
    let captured = state.service.capture(call, false).await?.ok_or(Refusal::NotFound { what: "live call" })?;
    Ok(Json(CaptureView::of(call, captured)))
}

/// The media of a call as a pcapng file: RTP and RTCP as they were without encryption, in UDP packets.
///
/// Before the first packet of each address stands an announcement of its payload types, so that Wireshark takes them for what
/// they are.
#[utoipa::path(
    get,
    path = "/calls/{call}/capture",
    responses((status = 200, body = String, content_type = "application/x-pcapng")),
    extensions(("x-errors" = json!(["not_found", "no_sandbox"]))),
)]
pub(crate) async fn capture(State(state): State<HttpState>, At(call): At<CallId>) -> Result<Response, Refusal> {
    let captured = state.service.captured(call).ok_or(Refusal::NotFound { what: "capture of this call" })?;
    let mut sdps = Vec::new();
    if let Some(timeline) = state.service.timeline(call).await? {
        sdps.extend(timeline.entries.into_iter().filter_map(|entry| sdp_of(entry.what)));
    }
    let file = pcapng::file(call, &captured, &sdps).map_err(|error| Refusal::Internal(error.into()))?;
    let name = format!("attachment; filename=\"{call}.pcapng\"");
    Ok(([(header::CONTENT_TYPE, "application/x-pcapng".to_owned()), (header::CONTENT_DISPOSITION, name)], file)
        .into_response())
}

/// Arms captures of new calls, from their beginning, or takes that back.
#[utoipa::path(
    post,
    path = "/captures",
    request_body = ArmCaptures,
    responses((status = 200, body = CapturesView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn arm_captures(
    State(state): State<HttpState>,
    Body(ArmCaptures { on, page_id, app_id }): Body<ArmCaptures>,
) -> Json<CapturesView> {
    Json(state.service.arm_captures(Armed { page: page_id, app: app_id }, on).into())
}

/// Shows what is captured and what will be.
#[utoipa::path(
    get,
    path = "/captures",
    responses((status = 200, body = CapturesView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn captures(State(state): State<HttpState>) -> Json<CapturesView> {
    Json(state.service.captures().into())
}

fn sdp_of(what: Happening) -> Option<(Side, String)> {
    if let Happening::Sdp { side, text, .. } = what { Some((side, text)) } else { None }
}

impl CaptureView {
    fn of(call_id: CallId, state: CaptureState) -> Self {
        let CaptureState { running, packets, bytes, left_out } = state;
        Self { call_id, running, packets, bytes, left_out }
    }
}

impl From<CapturesState> for CapturesView {
    fn from(CapturesState { armed, captures }: CapturesState) -> Self {
        let armed = armed.into_iter().map(|Armed { page, app }| ArmedView { page_id: page, app_id: app });
        let captures = captures.into_iter().map(|(call, state)| CaptureView::of(call, state));
        Self { armed: armed.collect(), captures: captures.collect() }
    }
}
