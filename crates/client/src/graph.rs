//! The calling API as a business uses it, typed. Works with any server that speaks it.

use offhook_call::{AppId, CallId, PageId, Psid};
use offhook_wire::signature::appsecret_proof;
use offhook_wire::{
    AppSubscriptionAnswer, CallAnswer, CallPermissions, Data, ErrorObject, PageSubscriptionAnswer, Sdp, Success,
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use url::Url;

use crate::rest::{self, Observer, Rest};

/// Why a request gave nothing; a refusal is Graph's error object.
pub type Error = rest::Error<ErrorObject>;

/// Where Meta serves the Graph API.
pub const META: &str = "https://graph.facebook.com";

/// One token's view of a Graph server.
#[derive(Clone)]
pub struct Graph {
    rest: Rest,
    proof: Option<String>,
}

impl Graph {
    /// `token`: a Page access token, or an app's (`APP_ID|APP_SECRET`) for the app's own subscription. The base may end
    /// in a version.
    pub fn new(base: Url, token: impl Into<String>) -> Result<Self, reqwest::Error> {
        Ok(Self { rest: Rest::new(base, token.into())?, proof: None })
    }

    /// Proves with each request that the app's secret is known (`appsecret_proof`).
    pub fn with_proof(mut self, app_secret: &str) -> Self {
        self.proof = Some(appsecret_proof(app_secret, self.rest.token()));
        self
    }

    /// Tells each request to the observer.
    pub fn observed(mut self, observer: Observer) -> Self {
        self.rest.observe(observer);
        self
    }

    /// Calls a consumer: `offer` is the business's SDP, the answer holds the server's.
    pub async fn connect(&self, page: PageId, to: Psid, offer: &str) -> Result<CallAnswer, Error> {
        let session = Sdp::offer(offer.to_owned());
        let body = json!({ "platform": "messenger", "action": "connect", "to": to, "session": session });
        self.rest.send(self.calls(page).json(&body)).await
    }

    /// Ends a call, or stops calling.
    pub async fn terminate(&self, page: PageId, call: CallId) -> Result<Success, Error> {
        let body = json!({ "platform": "messenger", "action": "terminate", "call_id": call });
        self.rest.send(self.calls(page).json(&body)).await
    }

    /// May this consumer be called?
    pub async fn call_permissions(&self, page: PageId, psid: Psid) -> Result<CallPermissions, Error> {
        let request = self.request(Method::GET, page, "messenger_call_permissions");
        self.rest.send(request.query(&[("psid", psid.to_string())])).await
    }

    /// Sets the app's callback; the server asks it for `verify_token` before it answers.
    pub async fn subscribe_app(
        &self,
        app: AppId,
        callback: &Url,
        verify_token: &str,
        fields: &[&str],
    ) -> Result<Success, Error> {
        let fields = fields.join(",");
        let body = json!({
            "object": "page", "callback_url": callback, "verify_token": verify_token, "fields": fields,
        });
        self.rest.send(self.request(Method::POST, app, "subscriptions").json(&body)).await
    }

    pub async fn app_subscriptions(&self, app: AppId) -> Result<Vec<AppSubscriptionAnswer>, Error> {
        let edge: Data<_> = self.rest.send(self.request(Method::GET, app, "subscriptions")).await?;
        Ok(edge.data)
    }

    /// Subscribes the token's app to these fields of the Page.
    pub async fn subscribe_page(&self, page: PageId, fields: &[&str]) -> Result<Success, Error> {
        let fields = [("subscribed_fields", fields.join(","))];
        self.rest.send(self.request(Method::POST, page, "subscribed_apps").form(&fields)).await
    }

    pub async fn subscribed_apps(&self, page: PageId) -> Result<Vec<PageSubscriptionAnswer>, Error> {
        let edge: Data<_> = self.rest.send(self.request(Method::GET, page, "subscribed_apps")).await?;
        Ok(edge.data)
    }

    pub async fn unsubscribe_page(&self, page: PageId) -> Result<Success, Error> {
        self.rest.send(self.request(Method::DELETE, page, "subscribed_apps")).await
    }

    fn calls(&self, page: PageId) -> RequestBuilder {
        self.request(Method::POST, page, "calls")
    }

    fn request(&self, method: Method, id: impl ToString, edge: &str) -> RequestBuilder {
        let proof = self.proof.as_deref().map(|proof| ("appsecret_proof", proof));
        self.rest.request(method, &[&id.to_string(), edge]).query(proof.as_slice())
    }
}
