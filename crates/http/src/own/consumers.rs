//! `/pages/{page}/consumers`, and the tokens with which a consumer's devices connect.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{PageId, Psid, Time};
use offhook_service::{Consumer, ConsumerFilter};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::extract::{At, Body, Query};
use super::list;
use super::page_tokens::MintedTokenView;
use super::pages;
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

/// Which consumers are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Only those who have this in their name, in upper or lower case, or in their psid.
    #[serde(default)]
    #[param(required = false)]
    text: String,
    /// Only those who were made before this one: the last one of an answer leads to the next.
    #[param(value_type = Option<schema::Psid>, nullable = false)]
    before: Option<Psid>,
    /// How many, up to 1,000.
    #[serde(default = "list::limit")]
    #[param(default = 100)]
    limit: u32,
}

/// Lists the consumers of a Page, the newest first.
#[utoipa::path(
    get,
    path = "/pages/{page}/consumers",
    params(Wanted),
    responses((status = 200, body = Data<ConsumerView>)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn consumers(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Query(Wanted { text, before, limit }): Query<Wanted>,
) -> Result<Json<Data<ConsumerView>>, Refusal> {
    pages::known(&state, page).await?;
    let wanted = ConsumerFilter { page, text, before };
    let found = state.service.consumers(wanted, limit.min(list::LIMIT_MAX)).await?;
    Ok(list::data(found.ok_or(Refusal::NotFound { what: "consumer on this Page" })?))
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
