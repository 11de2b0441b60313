//! `/{page-id}/messenger_call_settings`.

use axum::Json;
use axum::extract::State;
use offhook_service::{SettingsError, SettingsInForce};
use offhook_wire::{
    GraphError, SettingsAnswer, SettingsBody, SettingsChanged, SettingsParams, SettingsQuery, parse_settings_change,
};
use serde_json::Value;

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Shows a Page's call settings.
#[utoipa::path(
    get,
    path = "/{node}/messenger_call_settings",
    params(SettingsParams),
    responses((status = 200, body = SettingsBody)),
)]
pub(crate) async fn call_settings(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Value>, Failure> {
    let (caller, compat) = request.caller_and_compat(&state.service).await?;
    let query = SettingsQuery::parse(&request.parameters)?;
    let found = state.service.call_settings(caller).await?.ok_or(GraphError::InvalidPage)?;
    let SettingsInForce { settings, ring_target } = found;
    Ok(Json(query.render(&SettingsAnswer::new(&settings, ring_target), &compat)))
}

/// Sets those of a Page's call settings that it names.
#[utoipa::path(
    post,
    path = "/{node}/messenger_call_settings",
    request_body = SettingsAnswer,
    responses((status = 200, body = SettingsChanged)),
    extensions(("x-errors" = json!(["settings_refused"]))),
)]
pub(crate) async fn change_call_settings(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<SettingsChanged>, Failure> {
    let caller = request.caller(&state.service).await?;
    let change = parse_settings_change(&request.parameters)?;
    state.service.change_call_settings(caller, change).await?.ok_or(GraphError::InvalidPage)?;
    Ok(Json(SettingsChanged::yes()))
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Refused(refused) => {
                GraphError::settings(format!("ring_target: PARTNERS rings apps, and {refused}; subscribe one first."))
                    .into()
            }
            SettingsError::Store(error) => error.into(),
        }
    }
}
