//! `/pages/{page}/consumers`, and the tokens with which a consumer's devices connect.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{PageId, Psid, Time};
use offhook_service::Consumer;
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::list;
use super::page_tokens::MintedTokenView;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConsumer {
    name: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ConsumerView {
    #[schema(value_type = schema::Psid)]
    psid: Psid,
    #[schema(value_type = schema::PageId)]
    page_id: PageId,
    name: String,
    #[schema(value_type = schema::Time)]
    created_at: Time,
}

/// Makes a consumer of a Page.
#[utoipa::path(
    post,
    path = "/pages/{page}/consumers",
    request_body = NewConsumer,
    responses((status = 201, body = ConsumerView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn create_consumer(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Body(new): Body<NewConsumer>,
) -> Result<(StatusCode, Json<ConsumerView>), Refusal> {
    let consumer = state.service.create_consumer(page, new.name).await?;
    Ok((StatusCode::CREATED, Json(consumer.into())))
}

/// Lists the consumers of a Page.
#[utoipa::path(
    get,
    path = "/pages/{page}/consumers",
    responses((status = 200, body = Data<ConsumerView>)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn consumers(
    State(state): State<HttpState>,
    At(page): At<PageId>,
) -> Result<Json<Data<ConsumerView>>, Refusal> {
    Ok(list::data(state.service.consumers(page).await?))
}

/// Mints a token with which the consumer's devices connect. It is shown this once.
#[utoipa::path(
    post,
    path = "/pages/{page}/consumers/{psid}/tokens",
    responses((status = 201, body = MintedTokenView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn create_consumer_token(
    State(state): State<HttpState>,
    At((page, psid)): At<(PageId, Psid)>,
) -> Result<(StatusCode, Json<MintedTokenView>), Refusal> {
    let minted = state.service.create_consumer_token(page, psid).await?;
    Ok((StatusCode::CREATED, Json(minted.into())))
}

impl From<Consumer> for ConsumerView {
    fn from(consumer: Consumer) -> Self {
        let Consumer { page, psid, name, created_at } = consumer;
        Self { psid, page_id: page, name, created_at }
    }
}
