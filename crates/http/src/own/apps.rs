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

/// The secret that the app is to have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewSecret {
    /// 16 to 255 printable ASCII characters without spaces; a random one unless given.
    #[schema(min_length = 16, max_length = 255, pattern = "^[!-~]*$")]
    secret: Option<String>,
}

/// An app's new secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct RotatedSecret {
    secret: String,
    /// The old one is good until then; null if there is none.
    #[schema(value_type = Option<schema::Time>)]
    old_secret_until: Option<Time>,
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

/// Gives an app another secret. It is shown this once.
///
/// For 24 hours the old one is good too, for app access tokens and for `appsecret_proof`. Webhooks are signed with the new one
/// at once; their `webhook-signature` has one of the old one beside it. Another rotation drops the old one at once.
#[utoipa::path(
    post,
    path = "/apps/{app}/rotate_secret",
    request_body = NewSecret,
    responses((status = 200, body = RotatedSecret)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn rotate_secret(
    State(state): State<HttpState>,
    At(app): At<AppId>,
    Body(NewSecret { secret }): Body<NewSecret>,
) -> Result<Json<RotatedSecret>, Refusal> {
    if secret.as_deref().is_some_and(|secret| !is_secret(secret)) {
        let detail = "secret: 16 to 255 printable ASCII characters without spaces".to_owned();
        return Err(Refusal::InvalidRequest { detail });
    }
    let rotated = state.service.rotate_secret(app, secret).await?.ok_or(Refusal::NotFound { what: "app" })?;
    Ok(Json(RotatedSecret { secret: rotated.secret, old_secret_until: rotated.old_secret.map(|old| old.until) }))
}

fn is_secret(text: &str) -> bool {
    (SECRET_MIN..=SECRET_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Characters of a secret that the operator chooses.
const SECRET_MIN: usize = 16;
const SECRET_MAX: usize = 255;

impl From<App> for AppView {
    fn from(app: App) -> Self {
        let App { id, name, secret: _, old_secret: _, require_app_secret_proof, compat, created_at } = app;
        Self { id, name, require_app_secret_proof, compat: Compat::of_stored(&compat), created_at }
    }
}
