//! Where apps get their webhooks.

use offhook_call::AppId;
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;

use super::{Admin, Error};

/// An app's endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Endpoint {
    pub app_id: AppId,
    pub callback_url: String,
    pub health: EndpointHealth,
}

/// How an endpoint's tries went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointHealth {
    Healthy,
    Failing,
    Paused,
    /// It answered 410.
    Gone,
}

/// What an endpoint did when it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Probe {
    /// Why the handshake failed, if it did.
    pub handshake: Option<String>,
    /// To a signed webhook; `None`: no answer.
    pub status: Option<u16>,
    pub took_ms: u64,
    /// What was answered, or why nothing was.
    pub response: String,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Reached {
    answer: String,
}

impl Admin {
    /// Answers an offer without a call, so that its maker can see whether it connects.
    pub async fn reach(&self, offer: &str) -> Result<String, Error> {
        let Reached { answer } = self.post(&["reach"], json!({ "sdp": offer })).await?;
        Ok(answer)
    }

    pub async fn endpoints(&self) -> Result<Vec<Endpoint>, Error> {
        let List { data } = self.rest.send(self.request(Method::GET, &["endpoints"]).build()?).await?;
        Ok(data)
    }

    /// Lets the server send an app's endpoint the handshake and a signed webhook without an event.
    pub async fn probe_endpoint(&self, app: AppId) -> Result<Probe, Error> {
        self.post(&["endpoints", &app.to_string(), "probe"], json!({})).await
    }
}
