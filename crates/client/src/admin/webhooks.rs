//! Webhooks as the operator sees them, and fetching an app's own.

use std::collections::BTreeMap;
use std::time::Duration;

use offhook_call::{AppId, PageId, Psid};
use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{Admin, Error};
use crate::graph::CallId;

/// Which deliveries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Deliveries {
    pub app: Option<AppId>,
    pub page: Option<PageId>,
    pub call: Option<CallId>,
    /// Those after this number, the oldest first; else the newest first.
    pub after: Option<i64>,
    pub limit: u32,
}

/// A webhook that is or was owed.
#[derive(Debug, Clone, Deserialize)]
pub struct Delivery {
    pub id: i64,
    pub app_id: AppId,
    pub call_id: Option<CallId>,
    /// Whose thread it is about, if about one.
    pub psid: Option<Psid>,
    /// The exact text that is sent.
    pub body: String,
    pub attempts: u32,
    /// `pending`, `delivered` or `dead`.
    pub state: String,
}

/// A webhook with its tries, the first one first.
#[derive(Debug, Clone, Deserialize)]
pub struct Tried {
    #[serde(flatten)]
    pub delivery: Delivery,
    pub history: Vec<Attempt>,
}

/// One try of a webhook.
#[derive(Debug, Clone, Deserialize)]
pub struct Attempt {
    /// Counts from 1.
    pub number: u32,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    pub took_ms: u64,
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// What was answered, or why nothing was.
    pub response: String,
}

/// A webhook that the server lets a listener post for it.
#[derive(Debug, Clone, Deserialize)]
pub struct Passed {
    pub number: u64,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Listening {
    fields: Vec<String>,
}

#[derive(Deserialize)]
struct Taken {
    taken: bool,
}

impl Admin {
    pub async fn deliveries(&self, wanted: &Deliveries) -> Result<Vec<Delivery>, Error> {
        let Deliveries { app, page, call, after, limit } = wanted;
        let mut query = vec![("limit", limit.to_string())];
        query.extend(app.map(|app| ("app_id", app.to_string())));
        query.extend(page.map(|page| ("page_id", page.to_string())));
        query.extend(call.as_ref().map(|call| ("call_id", call.to_string())));
        query.extend(after.map(|after| ("after", after.to_string())));
        let request = self.rest.request(Method::GET, &["offhook", "v1", "deliveries"]).query(&query);
        let List { data } = self.rest.send(request.build()?).await?;
        Ok(data)
    }

    /// One delivery with its tries.
    pub async fn delivery(&self, id: i64) -> Result<Tried, Error> {
        let request = self.rest.request(Method::GET, &["offhook", "v1", "deliveries", &id.to_string()]);
        self.rest.send(request.build()?).await
    }

    /// Lets the app fetch its webhooks, and subscribes it to a Page; the fields that it gets.
    pub async fn listen(&self, app: AppId, page: Option<PageId>, replace: bool) -> Result<Vec<String>, Error> {
        let body = json!({ "page_id": page, "replace": replace });
        let Listening { fields } = self.post(&["apps", &app.to_string(), "listener"], body).await?;
        Ok(fields)
    }

    /// The next webhook of an app that listens, waited for up to `wait`; at most [`NEXT_WAIT_MAX`].
    pub async fn next_webhook(&self, app: AppId, wait: Duration) -> Result<Option<Passed>, Error> {
        let wait_ms = wait.min(NEXT_WAIT_MAX).as_millis();
        let path = ["apps", &app.to_string(), "listener", "next"];
        let List { data } = self.post(&path, json!({ "wait_ms": u64::try_from(wait_ms).unwrap_or(u64::MAX) })).await?;
        Ok(data.into_iter().next())
    }

    /// Tells what the app answered. `false`: too late, the webhook comes again.
    pub async fn answer_webhook(&self, app: AppId, number: u64, status: u16, body: &str) -> Result<bool, Error> {
        let path = ["apps", &app.to_string(), "listener", "answer"];
        let Taken { taken } = self.post(&path, json!({ "number": number, "status": status, "body": body })).await?;
        Ok(taken)
    }
}

/// Posts webhooks to where an app is worked on.
#[derive(Debug, Clone)]
pub struct Forwarder {
    http: reqwest::Client,
    to: Url,
}

impl Forwarder {
    pub fn new(to: Url) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(FORWARD_TIMEOUT).redirect(reqwest::redirect::Policy::none());
        Ok(Self { http: http.build()?, to })
    }

    /// The very bytes and headers; what was answered, up to 4 KiB of it.
    pub async fn forward(&self, passed: &Passed) -> Result<(u16, String), reqwest::Error> {
        let mut request = self.http.post(self.to.clone()).body(passed.body.clone());
        for (name, value) in &passed.headers {
            request = request.header(name, value);
        }
        let mut response = request.send().await?;
        let (status, mut body) = (response.status().as_u16(), Vec::new());
        while body.len() < ANSWER_BYTES_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(ANSWER_BYTES_MAX);
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// Below the time limit of any request.
const NEXT_WAIT_MAX: Duration = Duration::from_secs(8);

/// A little less than the server's own time-out, so that its answer says what happened here.
const FORWARD_TIMEOUT: Duration = Duration::from_millis(4500);

const ANSWER_BYTES_MAX: usize = 4096;
