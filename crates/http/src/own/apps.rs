//! `/apps`: the apps and their settings.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{AppId, Time};
use offhook_service::{App, AppChange};
use offhook_wire::{Compat, CompatPatch, Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApp {
    name: String,
    #[serde(default)]
    require_app_secret_proof: bool,
}

/// What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedApp {
    require_app_secret_proof: Option<bool>,
    /// A JSON merge patch (RFC 7396).
    #[schema(value_type = Option<Compat>)]
    compat: Option<CompatPatch>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AppView {
    #[schema(value_type = schema::AppId)]
    id: AppId,
    name: String,
    require_app_secret_proof: bool,
    compat: Compat,
    #[schema(value_type = schema::Time)]
    created_at: Time,
}

/// An app with its secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApp {
    #[serde(flatten)]
    app: AppView,
    secret: String,
}

/// Makes an app.
#[utoipa::path(post, path = "/apps", request_body = NewApp, responses((status = 201, body = CreatedApp)))]
pub(crate) async fn create_app(
    State(state): State<HttpState>,
    Body(new): Body<NewApp>,
) -> Result<(StatusCode, Json<CreatedApp>), Refusal> {
    let app = state.service.create_app(new.name, new.require_app_secret_proof).await?;
    let secret = app.secret.clone();
    Ok((StatusCode::CREATED, Json(CreatedApp { app: app.into(), secret })))
}

/// Lists the apps.
#[utoipa::path(get, path = "/apps", responses((status = 200, body = Data<AppView>)))]
pub(crate) async fn apps(State(state): State<HttpState>) -> Result<Json<Data<AppView>>, Refusal> {
    Ok(list::data(state.service.apps().await?))
}

/// Shows an app.
#[utoipa::path(
    get,
    path = "/apps/{app}",
    responses((status = 200, body = AppView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn app(State(state): State<HttpState>, At(app): At<AppId>) -> Result<Json<AppView>, Refusal> {
    let found = state.service.app(app).await?.ok_or(Refusal::NotFound { what: "app" })?;
    Ok(Json(found.into()))
}

/// Changes an app.
///
/// A switch that is `null` goes back to its default.
#[utoipa::path(
    patch,
    path = "/apps/{app}",
    request_body = ChangedApp,
    responses((status = 200, body = AppView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn change_app(
    State(state): State<HttpState>,
    At(app): At<AppId>,
    Body(ChangedApp { require_app_secret_proof, compat }): Body<ChangedApp>,
) -> Result<Json<AppView>, Refusal> {
    let change = AppChange { require_app_secret_proof, compat: compat.map(CompatPatch::into_json) };
    let changed = state.service.change_app(app, change).await?.ok_or(Refusal::NotFound { what: "app" })?;
    Ok(Json(changed.into()))
}

impl From<App> for AppView {
    fn from(app: App) -> Self {
        let App { id, name, secret: _, require_app_secret_proof, compat, created_at } = app;
        Self { id, name, require_app_secret_proof, compat: Compat::of_stored(&compat), created_at }
    }
}
