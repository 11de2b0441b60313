//! `/deliveries/{delivery}/redeliver` and `/deliveries/redeliver`.

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, Time};
use offhook_service::{DeliveryFilter, DeliveryId, DeliveryStatus};
use offhook_wire::schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::deliveries::DeliveryView;
use super::extract::{At, Body};
use super::refusal::Refusal;
use crate::HttpState;

/// Deliveries of one app that are to go out again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Range {
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    /// `dead` unless told otherwise; `delivered` and `pending` too.
    #[serde(default = "dead")]
    #[schema(value_type = String, default = "dead", pattern = "^(pending|delivered|dead)$")]
    state: DeliveryStatus,
    /// Owed then or later.
    #[schema(value_type = Option<schema::Time>)]
    since: Option<Time>,
    /// Owed before.
    #[schema(value_type = Option<schema::Time>)]
    until: Option<Time>,
    /// Those after this one: `more_after` of the answer before.
    after: Option<i64>,
}

/// What came of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RangeAnswer {
    /// How many are owed anew.
    redelivered: u32,
    /// If there are more: ask again with this as `after`.
    more_after: Option<i64>,
}

/// Delivers a webhook again, whatever became of it: the same bytes under the same `webhook-id`.
///
/// Its schedule begins anew. It goes out before the later events about the same that still wait, and after those that were
/// delivered already.
#[utoipa::path(
    post,
    path = "/deliveries/{delivery}/redeliver",
    responses((status = 200, body = DeliveryView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn redeliver(
    State(state): State<HttpState>,
    At(id): At<DeliveryId>,
) -> Result<Json<DeliveryView>, Refusal> {
    let returned = state.service.redeliver(id).await?.ok_or(Refusal::NotFound { what: "delivery" })?;
    Ok(Json(returned.into()))
}

/// Delivers an app's webhooks again, the oldest 1,000 of a range.
#[utoipa::path(
    post,
    path = "/deliveries/redeliver",
    request_body = Range,
    responses((status = 200, body = RangeAnswer)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn redeliver_range(
    State(state): State<HttpState>,
    Body(range): Body<Range>,
) -> Result<Json<RangeAnswer>, Refusal> {
    let Range { app_id, state: status, since, until, after } = range;
    state.service.app(app_id).await?.ok_or(Refusal::NotFound { what: "app" })?;
    let after = after.map(DeliveryId);
    let filter =
        DeliveryFilter { state: Some(status), app: Some(app_id), since, until, after, ..DeliveryFilter::default() };
    let done = state.service.redeliver_all(filter).await?;
    Ok(Json(RangeAnswer { redelivered: done.count, more_after: done.more_after.map(|id| id.0) }))
}

fn dead() -> DeliveryStatus {
    DeliveryStatus::Dead
}
