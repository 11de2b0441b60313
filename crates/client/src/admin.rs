//! Offhook's own API (`/offhook/v1`), as far as it takes to set up a Page that can call.

mod agents;
mod calls;
mod endpoints;
mod sandbox;
mod webhooks;

use offhook_call::{AppId, PageId, Psid};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};
use url::Url;

use crate::rest::{self, Observer, Rest};

pub use agents::{Agent, AgentChange, AgentWithSecret, desk_link};
pub use calls::{CallEvent, CallRecord, Calls, StreamError};
pub use endpoints::{Endpoint, EndpointHealth, Probe};
pub use sandbox::ClockReading;
pub use webhooks::{Attempt, Deliveries, Delivery, Forwarder, Passed, Tried};

/// Why a request gave nothing.
pub type Error = rest::Error<Refusal>;

/// What the own API says when it refuses.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Refusal {
    pub name: String,
    pub detail: String,
}

impl rest::Refusal for Refusal {
    fn text(&self) -> &str {
        &self.detail
    }
}

/// An app and its secret, which is told this once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct App {
    pub id: AppId,
    pub secret: String,
}

/// The operator of a server.
#[derive(Clone)]
pub struct Admin {
    rest: Rest,
}

impl Admin {
    /// `base`: the server's root.
    pub fn new(base: Url, token: impl Into<String>) -> Result<Self, reqwest::Error> {
        Ok(Self { rest: Rest::new(base, token.into())? })
    }

    /// Tells each request to the observer.
    pub fn observed(mut self, observer: Observer) -> Self {
        self.rest.observe(observer);
        self
    }

    pub async fn create_app(&self, name: &str) -> Result<App, Error> {
        self.post(&["apps"], json!({ "name": name })).await
    }

    pub async fn create_page(&self, name: &str) -> Result<PageId, Error> {
        let Created { id } = self.post(&["pages"], json!({ "name": name })).await?;
        Ok(id)
    }

    /// All Pages, and their names.
    pub async fn pages(&self) -> Result<Vec<(PageId, String)>, Error> {
        let Pages { data } = self.rest.send(self.request(Method::GET, &["pages"]).build()?).await?;
        Ok(data.into_iter().map(|page| (page.id, page.name)).collect())
    }

    /// A Page access token with `pages_messaging`, for the app, without an end.
    pub async fn create_page_token(&self, page: PageId, app: AppId) -> Result<String, Error> {
        let minted: Minted = self.post(&["pages", &page.to_string(), "tokens"], json!({ "app_id": app })).await?;
        Ok(minted.token)
    }

    pub async fn create_consumer(&self, page: PageId, name: &str) -> Result<Psid, Error> {
        let path = ["pages", &page.to_string(), "consumers"];
        let CreatedConsumer { psid } = self.post(&path, json!({ "name": name })).await?;
        Ok(psid)
    }

    /// What the consumer's devices say hello with.
    pub async fn create_consumer_token(&self, page: PageId, psid: Psid) -> Result<String, Error> {
        let path = ["pages", &page.to_string(), "consumers", &psid.to_string(), "tokens"];
        let minted: Minted = self.post(&path, json!({})).await?;
        Ok(minted.token)
    }

    /// The consumer permits calls, for seven days.
    pub async fn grant(&self, page: PageId, psid: Psid) -> Result<(), Error> {
        let path = ["pages", &page.to_string(), "consumers", &psid.to_string(), "permission"];
        self.post(&path, json!({})).await.map(|IgnoredAny| ())
    }

    /// The consumer takes the permission back: no later call to it comes about.
    pub async fn revoke(&self, page: PageId, psid: Psid) -> Result<(), Error> {
        let path = ["pages", &page.to_string(), "consumers", &psid.to_string(), "permission"];
        self.rest.send(self.request(Method::DELETE, &path).build()?).await.map(|IgnoredAny| ())
    }

    async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Error> {
        self.rest.send(self.request(Method::GET, path).build()?).await
    }

    async fn post<T: DeserializeOwned>(&self, path: &[&str], body: Value) -> Result<T, Error> {
        self.rest.send(self.request(Method::POST, path).json(&body).build()?).await
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let segments: Vec<&str> = ["offhook", "v1"].iter().chain(path).copied().collect();
        self.rest.request(method, &segments)
    }
}

#[derive(Deserialize)]
struct Created {
    id: PageId,
}

#[derive(Deserialize)]
struct Pages {
    data: Vec<ListedPage>,
}

#[derive(Deserialize)]
struct ListedPage {
    id: PageId,
    name: String,
}

#[derive(Deserialize)]
struct CreatedConsumer {
    psid: Psid,
}

#[derive(Deserialize)]
struct Minted {
    token: String,
}
