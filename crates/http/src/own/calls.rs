//! `/calls`: the call records.

use axum::Json;
use axum::extract::State;
use offhook_call::{
    AgentId, AppId, Call, CallId, DeviceId, Direction, EndReason, PageId, Psid, State as CallState, Status, Time,
};
use offhook_service::SubmittedMetrics;
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{At, Query};
use super::list;
use super::refusal::Refusal;
use super::statistics::StatisticsView;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct CallView {
    #[schema(value_type = schema::CallId)]
    id: CallId,
    #[schema(value_type = schema::PageId)]
    page_id: PageId,
    #[schema(value_type = schema::Psid)]
    psid: Psid,
    /// The app that owns the call; null until an app accepts a consumer's call.
    #[schema(value_type = Option<schema::AppId>)]
    app_id: Option<AppId>,
    /// The agent of the desk who has the call, or had it last; null if none has.
    #[schema(value_type = Option<schema::AgentId>)]
    agent_id: Option<AgentId>,
    direction: &'static str,
    #[schema(value_type = schema::Time)]
    created_at: Time,
    /// Version of the last SDP that the business was given by webhook.
    version: u32,
    #[serde(flatten)]
    state: StateView,
}

/// One call, with what its business and the server measured.
#[derive(Serialize, ToSchema)]
pub(crate) struct CallDetail {
    #[serde(flatten)]
    call: CallView,
    /// Null until the business has sent its `call_metrics`.
    metrics: Option<MetricsView>,
    /// What the server measured: now, of a live call; then until its end. Null if the call never had a leg, or its server
    /// died with it.
    statistics: Option<StatisticsView>,
}

#[derive(Serialize, ToSchema)]
struct MetricsView {
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    #[schema(value_type = schema::Time)]
    submitted_at: Time,
    /// As `call_metrics` takes it, in one form: times and durations in milliseconds, the reason in upper case.
    #[schema(value_type = Object)]
    report: Value,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateView {
    Dialing,
    Ringing {
        #[schema(value_type = schema::Time)]
        ringing_since: Time,
    },
    Calling {
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
    },
    Connected {
        #[schema(value_type = schema::Time)]
        connected_at: Time,
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
    },
    /// `connected_at` is null if the parties never were connected.
    Ended {
        #[schema(value_type = Option<schema::Time>)]
        connected_at: Option<Time>,
        #[schema(value_type = schema::Time)]
        ended_at: Time,
        #[schema(value_type = String)]
        status: Status,
        #[schema(value_type = String)]
        reason: EndReason,
    },
}

/// Which calls are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    #[param(value_type = Option<schema::PageId>, nullable = false)]
    page: Option<PageId>,
    /// Only those that have not ended.
    #[serde(default)]
    #[param(default = false)]
    live: bool,
    /// Only those that are older than this call: the last one of an answer leads to the next. Not with `live`.
    #[param(value_type = Option<schema::CallId>, nullable = false)]
    before: Option<CallId>,
    /// How many, up to 1,000.
    #[serde(default = "list::limit")]
    #[param(default = 100)]
    limit: u32,
}

/// Lists calls, the newest first.
#[utoipa::path(
    get,
    path = "/calls",
    operation_id = "list_calls",
    params(Wanted),
    responses((status = 200, body = Data<CallView>)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn calls(
    State(state): State<HttpState>,
    Query(Wanted { page, live, before, limit }): Query<Wanted>,
) -> Result<Json<Data<CallView>>, Refusal> {
    let limit = limit.min(list::LIMIT_MAX);
    let calls = match (live, before) {
        (true, None) => state.service.live_calls(page, limit).await?,
        (false, None) => state.service.calls(page, None, limit).await?,
        (false, Some(before)) => {
            state.service.call(before).await?.ok_or(Refusal::NotFound { what: "call" })?;
            state.service.calls(page, Some(before), limit).await?
        }
        (true, Some(_)) => {
            let detail = "`before` is for all calls; those that are live come in one answer.".to_owned();
            return Err(Refusal::InvalidRequest { detail });
        }
    };
    Ok(list::data(calls))
}

/// Shows a call.
#[utoipa::path(
    get,
    path = "/calls/{call}",
    responses((status = 200, body = CallDetail)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn call(State(state): State<HttpState>, At(call): At<CallId>) -> Result<Json<CallDetail>, Refusal> {
    let found = state.service.call(call).await?.ok_or(Refusal::NotFound { what: "call" })?;
    let metrics = state.service.metrics(call).await?.map(MetricsView::from);
    let statistics = state.service.statistics(&found).await?.map(StatisticsView::from);
    Ok(Json(CallDetail { call: found.into(), metrics, statistics }))
}

impl From<SubmittedMetrics> for MetricsView {
    fn from(metrics: SubmittedMetrics) -> Self {
        let SubmittedMetrics { app, submitted_at, report } = metrics;
        Self { app_id: app, submitted_at, report }
    }
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        let (app_id, agent_id) = (call.app(), call.seat().map(|seat| seat.agent));
        let Call { id, page, psid, business: _, direction, created_at, version, state } = call;
        let direction = match direction {
            Direction::BusinessInitiated => "business_initiated",
            Direction::ConsumerInitiated => "user_initiated",
        };
        Self { id, page_id: page, psid, app_id, agent_id, direction, created_at, version, state: state.into() }
    }
}

impl From<CallState> for StateView {
    fn from(state: CallState) -> Self {
        match state {
            CallState::Dialing => Self::Dialing,
            CallState::Ringing { since } => Self::Ringing { ringing_since: since },
            CallState::Calling { device } => Self::Calling { device },
            CallState::Connected { since, device } => Self::Connected { connected_at: since, device },
            CallState::Ended(ended) => Self::Ended {
                connected_at: ended.connected_at,
                ended_at: ended.at,
                status: ended.reason.status(),
                reason: ended.reason,
            },
        }
    }
}
