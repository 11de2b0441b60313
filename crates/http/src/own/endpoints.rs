//! `/endpoints`: where apps get their webhooks, and how these endpoints do.

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, Time};
use offhook_service::{Endpoint, EndpointHealth, EndpointProbe};
use offhook_wire::{Data, schema};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::At;
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct EndpointView {
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    callback_url: String,
    /// `healthy`; `failing`: every try has failed for 15 minutes; `paused`: for longer than the operator allows, so that what is
    /// owed waits; `gone`: it answered 410, and nothing is owed to it.
    #[schema(value_type = String)]
    health: EndpointHealth,
    /// Since when it is so.
    #[schema(value_type = schema::Time)]
    since: Time,
    /// The first of the tries that have failed with none that succeeded after it.
    #[schema(value_type = Option<schema::Time>)]
    failing_since: Option<Time>,
}

/// What an endpoint did when it was tried.
#[derive(Serialize, ToSchema)]
pub(crate) struct ProbeView {
    /// Why the handshake failed; null if it did not.
    handshake: Option<String>,
    /// What it answered to a signed webhook; null: nothing in time.
    status: Option<u16>,
    took_ms: u64,
    /// The first 4 KiB of the answer, or why there was none.
    response: String,
}

/// Lists the endpoints of all apps that have one.
#[utoipa::path(get, path = "/endpoints", responses((status = 200, body = Data<EndpointView>)))]
pub(crate) async fn endpoints(State(state): State<HttpState>) -> Result<Json<Data<EndpointView>>, Refusal> {
    Ok(list::data(state.service.endpoints().await?))
}

/// Takes up an app's endpoint again that is paused or gone.
///
/// What was owed meanwhile, in the last 7 days, is delivered.
#[utoipa::path(
    post,
    path = "/endpoints/{app}/resume",
    responses((status = 200, body = EndpointView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn resume_endpoint(
    State(state): State<HttpState>,
    At(app): At<AppId>,
) -> Result<Json<EndpointView>, Refusal> {
    let resumed =
        state.service.resume_endpoint(app).await?.ok_or(Refusal::NotFound { what: "endpoint of this app" })?;
    Ok(Json(resumed.into()))
}

/// Tries an app's endpoint: the handshake, then a signed webhook without an event (`entry` is empty). Nothing is recorded.
#[utoipa::path(
    post,
    path = "/endpoints/{app}/probe",
    responses((status = 200, body = ProbeView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn probe_endpoint(
    State(state): State<HttpState>,
    At(app): At<AppId>,
) -> Result<Json<ProbeView>, Refusal> {
    let probe = state.service.probe_endpoint(app).await?;
    let EndpointProbe { handshake, webhook } = probe.ok_or(Refusal::NotFound { what: "callback of this app" })?;
    Ok(Json(ProbeView {
        handshake: handshake.err().map(|refused| refused.detail),
        status: webhook.status,
        took_ms: u64::try_from(webhook.took.as_millis()).unwrap_or(u64::MAX),
        response: webhook.response,
    }))
}

impl From<Endpoint> for EndpointView {
    fn from(endpoint: Endpoint) -> Self {
        let Endpoint { app, callback_url, health, since, failing_since } = endpoint;
        Self { app_id: app, callback_url, health, since, failing_since }
    }
}
