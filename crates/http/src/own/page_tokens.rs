//! `/pages/{page}/tokens` and `/tokens`: Page access tokens.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{AppId, PageId, Time};
use offhook_service::{MintedToken, PageToken};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::list;
use super::pages;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPageToken {
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    /// Whether it bears `pages_messaging`; it does unless told otherwise.
    #[serde(default = "yes")]
    pages_messaging: bool,
    #[schema(value_type = Option<schema::Time>)]
    expires_at: Option<Time>,
}

/// A token, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct MintedTokenView {
    token: String,
    #[schema(value_type = Option<schema::Time>)]
    expires_at: Option<Time>,
}

/// A token as far as it can be shown: its SHA-256 tells it from others.
#[derive(Serialize, ToSchema)]
pub(crate) struct PageTokenView {
    sha256: String,
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    #[schema(value_type = schema::PageId)]
    page_id: PageId,
    pages_messaging: bool,
    #[schema(value_type = Option<schema::Time>)]
    expires_at: Option<Time>,
    #[schema(value_type = Option<schema::Time>)]
    revoked_at: Option<Time>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenToRevoke {
    token: String,
}

/// Mints a Page access token of an app. It is shown this once.
#[utoipa::path(
    post,
    path = "/pages/{page}/tokens",
    request_body = NewPageToken,
    responses((status = 201, body = MintedTokenView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn create_page_token(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Body(new): Body<NewPageToken>,
) -> Result<(StatusCode, Json<MintedTokenView>), Refusal> {
    let minted = state.service.create_page_token(new.app_id, page, new.pages_messaging, new.expires_at).await?;
    Ok((StatusCode::CREATED, Json(minted.into())))
}

/// Lists the Page access tokens of a Page, without the tokens themselves.
#[utoipa::path(
    get,
    path = "/pages/{page}/tokens",
    responses((status = 200, body = Data<PageTokenView>)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn page_tokens(
    State(state): State<HttpState>,
    At(page): At<PageId>,
) -> Result<Json<Data<PageTokenView>>, Refusal> {
    pages::known(&state, page).await?;
    Ok(list::data(state.service.page_tokens(page).await?))
}

/// Revokes a Page access token.
///
/// The token stands in the body, because paths are logged on the way.
#[utoipa::path(
    delete,
    path = "/tokens",
    request_body = TokenToRevoke,
    responses((status = 204, description = "No later request with the token succeeds.")),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn revoke_page_token(
    State(state): State<HttpState>,
    Body(TokenToRevoke { token }): Body<TokenToRevoke>,
) -> Result<StatusCode, Refusal> {
    match state.service.revoke_page_token(&token).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Refusal::NotFound { what: "token" }),
    }
}

impl From<MintedToken> for MintedTokenView {
    fn from(minted: MintedToken) -> Self {
        let MintedToken { token, expires_at } = minted;
        Self { token, expires_at }
    }
}

impl From<PageToken> for PageTokenView {
    fn from(token: PageToken) -> Self {
        let PageToken { hash, app, page, pages_messaging, expires_at, revoked_at } = token;
        Self { sha256: hex::encode(hash.0), app_id: app, page_id: page, pages_messaging, expires_at, revoked_at }
    }
}

fn yes() -> bool {
    true
}
