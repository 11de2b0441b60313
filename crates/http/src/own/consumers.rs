//! `/pages/{page}/consumers`, and the tokens with which a consumer's devices connect.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{PageId, Psid, Time};
use offhook_service::Consumer;
use offhook_wire::Data;
use serde::{Deserialize, Serialize};

use super::extract::{At, Body};
use super::list;
use super::page_tokens::MintedTokenView;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewConsumer {
    name: String,
}

#[derive(Serialize)]
pub(crate) struct ConsumerView {
    psid: Psid,
    page_id: PageId,
    name: String,
    created_at: Time,
}

pub(crate) async fn create_consumer(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Body(new): Body<NewConsumer>,
) -> Result<(StatusCode, Json<ConsumerView>), Refusal> {
    let consumer = state.service.create_consumer(page, new.name).await?;
    Ok((StatusCode::CREATED, Json(consumer.into())))
}

pub(crate) async fn consumers(
    State(state): State<HttpState>,
    At(page): At<PageId>,
) -> Result<Json<Data<ConsumerView>>, Refusal> {
    Ok(list::data(state.service.consumers(page).await?))
}

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
