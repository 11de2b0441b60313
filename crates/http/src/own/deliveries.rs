//! `/deliveries`: the webhooks that are owed, were delivered, or were given up.

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, CallId, PageId, Psid, Time};
use offhook_service::{DeliveryFilter, DeliveryId, DeliveryState, DeliveryStatus, PastAttempt, Subject};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{At, Query};
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    id: i64,
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    #[schema(value_type = schema::PageId)]
    page_id: PageId,
    /// Null if it is about no call.
    #[schema(value_type = Option<schema::CallId>)]
    call_id: Option<CallId>,
    /// Whose thread it is about; null if about a call or the Page itself.
    #[schema(value_type = Option<schema::Psid>)]
    psid: Option<Psid>,
    /// The exact text that is sent.
    body: String,
    #[schema(value_type = schema::Time)]
    owed_at: Time,
    /// When it was last redelivered.
    #[schema(value_type = Option<schema::Time>)]
    redelivered_at: Option<Time>,
    attempts: u32,
    /// `pending`, `delivered` or `dead`.
    #[schema(value_type = String)]
    state: DeliveryStatus,
    /// When it is tried next, or while it is being tried, when that is given up; null while an earlier one about the same
    /// waits, and once it is settled.
    #[schema(value_type = Option<schema::Time>)]
    due_at: Option<Time>,
    /// HTTP status of the last try, if there was an answer.
    last_status: Option<u16>,
    /// The first 4 KiB of its answer, or why there was none.
    last_response: Option<String>,
}

/// A delivery with each of its attempts.
#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryDetail {
    #[serde(flatten)]
    delivery: DeliveryView,
    history: Vec<AttemptView>,
}

#[derive(Serialize, ToSchema)]
struct AttemptView {
    /// Counts from 1.
    number: u32,
    #[schema(value_type = schema::Time)]
    at: Time,
    took_ms: u64,
    /// HTTP status, if there was an answer.
    status: Option<u16>,
    /// The first 4 KiB of the answer, or why there was none.
    response: String,
    /// The fault of a sandbox that struck it: its id and name.
    fault: Option<String>,
}

/// Which deliveries are wanted: those to which all that is given applies.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// `pending`, `delivered` or `dead`.
    #[param(value_type = Option<String>, nullable = false, pattern = "^(pending|delivered|dead)$")]
    state: Option<DeliveryStatus>,
    #[param(value_type = Option<schema::AppId>, nullable = false)]
    app_id: Option<AppId>,
    #[param(value_type = Option<schema::PageId>, nullable = false)]
    page_id: Option<PageId>,
    #[param(value_type = Option<schema::CallId>, nullable = false)]
    call_id: Option<CallId>,
    /// Owed then or later.
    #[param(value_type = Option<schema::Time>, nullable = false)]
    since: Option<Time>,
    /// Owed before.
    #[param(value_type = Option<schema::Time>, nullable = false)]
    until: Option<Time>,
    /// Those after this one, the oldest first.
    #[param(nullable = false)]
    after: Option<i64>,
    /// How many, up to 1,000.
    #[serde(default = "list::limit")]
    #[param(default = 100)]
    limit: u32,
}

/// Lists webhooks, the newest first.
///
/// With `after` the oldest come first, so that the last id of an answer is the next cursor.
#[utoipa::path(get, path = "/deliveries", params(Wanted), responses((status = 200, body = Data<DeliveryView>)))]
pub(crate) async fn deliveries(
    State(state): State<HttpState>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Data<DeliveryView>>, Refusal> {
    let limit = wanted.limit.min(list::LIMIT_MAX);
    Ok(list::data(state.service.deliveries(wanted.into(), limit).await?))
}

/// Shows a delivery with each of its attempts.
#[utoipa::path(
    get,
    path = "/deliveries/{delivery}",
    responses((status = 200, body = DeliveryDetail)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn delivery(
    State(state): State<HttpState>,
    At(id): At<DeliveryId>,
) -> Result<Json<DeliveryDetail>, Refusal> {
    let (delivery, attempts) = state.service.delivery(id).await?.ok_or(Refusal::NotFound { what: "delivery" })?;
    let history = attempts.into_iter().map(AttemptView::from).collect();
    Ok(Json(DeliveryDetail { delivery: delivery.into(), history }))
}

impl From<Wanted> for DeliveryFilter {
    fn from(wanted: Wanted) -> Self {
        let Wanted { state, app_id, page_id, call_id, since, until, after, limit: _ } = wanted;
        Self { state, app: app_id, page: page_id, call: call_id, since, until, after: after.map(DeliveryId) }
    }
}

impl From<PastAttempt> for AttemptView {
    fn from(attempt: PastAttempt) -> Self {
        let PastAttempt { number, at, took, status, response, fault } = attempt;
        let took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Self { number, at, took_ms, status, response, fault }
    }
}

impl From<DeliveryState> for DeliveryView {
    fn from(delivery: DeliveryState) -> Self {
        let (call_id, psid) = match delivery.subject {
            Subject::Call(call) => (Some(call), None),
            Subject::Thread(psid) => (None, Some(psid)),
            Subject::Page => (None, None),
        };
        Self {
            id: delivery.id.0,
            app_id: delivery.app,
            page_id: delivery.page,
            call_id,
            psid,
            body: delivery.body,
            owed_at: delivery.owed_at,
            redelivered_at: delivery.redelivered_at,
            attempts: delivery.attempts,
            state: delivery.state,
            due_at: delivery.due_at,
            last_status: delivery.last_status,
            last_response: delivery.last_response,
        }
    }
}
