//! `/apps`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{AppId, Time};
use offhook_service::App;
use offhook_wire::Data;
use serde::{Deserialize, Serialize};

use super::extract::Body;
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewApp {
    name: String,
    #[serde(default)]
    require_app_secret_proof: bool,
}

#[derive(Serialize)]
pub(crate) struct AppView {
    id: AppId,
    name: String,
    require_app_secret_proof: bool,
    created_at: Time,
}

/// An app with its secret, shown this once.
#[derive(Serialize)]
pub(crate) struct CreatedApp {
    #[serde(flatten)]
    app: AppView,
    secret: String,
}

pub(crate) async fn create_app(
    State(state): State<HttpState>,
    Body(new): Body<NewApp>,
) -> Result<(StatusCode, Json<CreatedApp>), Refusal> {
    let app = state.service.create_app(new.name, new.require_app_secret_proof).await?;
    let secret = app.secret.clone();
    Ok((StatusCode::CREATED, Json(CreatedApp { app: app.into(), secret })))
}

pub(crate) async fn apps(State(state): State<HttpState>) -> Result<Json<Data<AppView>>, Refusal> {
    Ok(list::data(state.service.apps().await?))
}

impl From<App> for AppView {
    fn from(app: App) -> Self {
        let App { id, name, secret: _, require_app_secret_proof, created_at } = app;
        Self { id, name, require_app_secret_proof, created_at }
    }
}
