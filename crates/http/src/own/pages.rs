//! `/pages`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{PageId, Time, WebOrigin};
use offhook_service::{Page, PageChange};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPage {
    name: String,
}

/// What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedPage {
    /// The sites that may show the Page's conversations within their own pages; they replace those before.
    #[schema(value_type = Option<Vec<String>>, max_items = 32, example = json!(["https://shop.example"]))]
    embed_origins: Option<Vec<WebOrigin>>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PageView {
    #[schema(value_type = schema::PageId)]
    id: PageId,
    name: String,
    audio_enabled: bool,
    #[schema(value_type = Vec<String>)]
    embed_origins: Vec<WebOrigin>,
    #[schema(value_type = schema::Time)]
    created_at: Time,
}

/// Makes a Page.
#[utoipa::path(post, path = "/pages", request_body = NewPage, responses((status = 201, body = PageView)))]
pub(crate) async fn create_page(
    State(state): State<HttpState>,
    Body(new): Body<NewPage>,
) -> Result<(StatusCode, Json<PageView>), Refusal> {
    let page = state.service.create_page(new.name).await?;
    Ok((StatusCode::CREATED, Json(page.into())))
}

/// Lists the Pages.
#[utoipa::path(get, path = "/pages", responses((status = 200, body = Data<PageView>)))]
pub(crate) async fn pages(State(state): State<HttpState>) -> Result<Json<Data<PageView>>, Refusal> {
    Ok(list::data(state.service.pages().await?))
}

/// Shows a Page.
#[utoipa::path(
    get,
    path = "/pages/{page}",
    responses((status = 200, body = PageView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn page(State(state): State<HttpState>, At(page): At<PageId>) -> Result<Json<PageView>, Refusal> {
    let found = known(&state, page).await?;
    Ok(Json(found.into()))
}

pub(super) async fn known(state: &HttpState, page: PageId) -> Result<Page, Refusal> {
    state.service.page(page).await?.ok_or(Refusal::NotFound { what: "Page" })
}

/// Changes a Page.
///
/// Its call settings are the Graph API's affair (`POST /{page-id}/messenger_call_settings`).
#[utoipa::path(
    patch,
    path = "/pages/{page}",
    request_body = ChangedPage,
    responses((status = 200, body = PageView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn change_page(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Body(ChangedPage { embed_origins }): Body<ChangedPage>,
) -> Result<Json<PageView>, Refusal> {
    if embed_origins.as_ref().is_some_and(|origins| origins.len() > EMBED_ORIGINS_MAX) {
        return Err(Refusal::InvalidRequest { detail: format!("embed_origins: at most {EMBED_ORIGINS_MAX}") });
    }
    let changed = state.service.change_page(page, PageChange { embed_origins }).await?;
    Ok(Json(changed.ok_or(Refusal::NotFound { what: "Page" })?.into()))
}

/// Sites that may embed one Page's conversations: they all stand in one header.
const EMBED_ORIGINS_MAX: usize = 32;

impl From<Page> for PageView {
    fn from(page: Page) -> Self {
        let Page { id, name, settings, embed_origins, created_at } = page;
        Self { id, name, audio_enabled: settings.audio_enabled, embed_origins, created_at }
    }
}
