//! `/pages/{page}/tokens` and `/tokens`: Page access tokens.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{AppId, PageId, Time};
use offhook_service::{MintedToken, PageToken};
use offhook_wire::Data;
use serde::{Deserialize, Serialize};

use super::extract::{At, Body};
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPageToken {
    app_id: AppId,
    /// Whether it bears `pages_messaging`; it does unless told otherwise.
    #[serde(default = "yes")]
    pages_messaging: bool,
    expires_at: Option<Time>,
}

/// A token, shown this once.
#[derive(Serialize)]
pub(crate) struct MintedTokenView {
    token: String,
    expires_at: Option<Time>,
}

/// A token as far as it can be shown: its SHA-256 tells it from others.
#[derive(Serialize)]
pub(crate) struct PageTokenView {
    sha256: String,
    app_id: AppId,
    page_id: PageId,
    pages_messaging: bool,
    expires_at: Option<Time>,
    revoked_at: Option<Time>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenToRevoke {
    token: String,
}

pub(crate) async fn create_page_token(
    State(state): State<HttpState>,
    At(page): At<PageId>,
    Body(new): Body<NewPageToken>,
) -> Result<(StatusCode, Json<MintedTokenView>), Refusal> {
    let minted = state.service.create_page_token(new.app_id, page, new.pages_messaging, new.expires_at).await?;
    Ok((StatusCode::CREATED, Json(minted.into())))
}

pub(crate) async fn page_tokens(
    State(state): State<HttpState>,
    At(page): At<PageId>,
) -> Result<Json<Data<PageTokenView>>, Refusal> {
    Ok(list::data(state.service.page_tokens(page).await?))
}

/// The token stands in the body, because paths are logged on the way.
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
