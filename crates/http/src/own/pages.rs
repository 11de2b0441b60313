//! `/pages`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{PageId, Time};
use offhook_service::Page;
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Body;
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPage {
    name: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct PageView {
    #[schema(value_type = schema::PageId)]
    id: PageId,
    name: String,
    audio_enabled: bool,
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

impl From<Page> for PageView {
    fn from(page: Page) -> Self {
        let Page { id, name, settings, created_at } = page;
        Self { id, name, audio_enabled: settings.audio_enabled, created_at }
    }
}
