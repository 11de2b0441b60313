//! `/demo/config.json`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, PageId, Psid};
use serde::Serialize;
use tokio::sync::broadcast;

use super::ReceivedWebhook;

/// Who the demo pages act as. Its tokens are for everybody who can open the pages, but not for logs: it does not print.
#[derive(Clone, Serialize)]
pub struct Demo {
    pub page_id: PageId,
    pub page_name: String,
    pub page_token: String,
    pub app_id: AppId,
    pub consumers: Vec<DemoConsumer>,
    /// Checks the webhooks' signatures.
    #[serde(skip)]
    pub app_secret: String,
    /// What the callback expects as `hub.verify_token`.
    #[serde(skip)]
    pub verify_token: String,
    /// Where the callback puts what arrives.
    #[serde(skip)]
    pub webhooks: broadcast::Sender<ReceivedWebhook>,
}

#[derive(Clone, Serialize)]
pub struct DemoConsumer {
    pub psid: Psid,
    pub name: String,
    /// For the consumer's channel.
    pub token: String,
}

pub(super) async fn config(State(demo): State<Arc<Demo>>) -> Json<Demo> {
    Json(Demo::clone(&demo))
}
