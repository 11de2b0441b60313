use offhook_wire::signature::appsecret_proof;
use reqwest::{Method, RequestBuilder};
use serde::de::DeserializeOwned;
use url::Url;

use super::edge::Done;
use super::{PageId, Refusal, Retries};
use crate::rest::{self, Observer, Rest};

/// Why a request gave nothing; a refusal is Graph's error object.
pub type Error = rest::Error<Refusal>;

/// Where Meta serves the Graph API.
pub const META: &str = "https://graph.facebook.com";

/// One token's view of a Graph server. Cheap to clone.
///
/// ```no_run
/// use offhook_client::graph::{Graph, META};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let meta = Graph::new(META.parse()?, "a Page access token")?.with_proof("the app's secret");
/// let offhook = Graph::new("http://127.0.0.1:8080/v26.0".parse()?, "a Page access token")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Graph {
    rest: Rest,
    proof: Option<String>,
    retries: Retries,
}

impl Graph {
    /// `token`: a Page access token, or an app's (`APP_ID|APP_SECRET`) for the app's own subscription; it travels in the
    /// `Authorization` header. The base may end in a version.
    pub fn new(base: Url, token: impl Into<String>) -> Result<Self, reqwest::Error> {
        Ok(Self { rest: Rest::new(base, token.into())?, proof: None, retries: Retries::NONE })
    }

    /// Proves with each request that the app's secret is known (`appsecret_proof`).
    pub fn with_proof(mut self, app_secret: &str) -> Self {
        self.proof = Some(appsecret_proof(app_secret, self.rest.token()));
        self
    }

    /// Makes a request again where that is safe. Without this, nothing is tried twice.
    pub fn with_retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Tells each request to the observer.
    pub fn observed(mut self, observer: Observer) -> Self {
        self.rest.observe(observer);
        self
    }

    /// A request to an edge of a Page or an app.
    pub(super) fn request(&self, method: Method, id: impl ToString, edge: &str) -> RequestBuilder {
        let proof = self.proof.as_deref().map(|proof| ("appsecret_proof", proof));
        self.rest.request(method, &[&id.to_string(), edge]).query(proof.as_slice())
    }

    /// A request that changes something.
    pub(super) fn post(&self, page: PageId, edge: &str, body: &serde_json::Value) -> RequestBuilder {
        self.request(Method::POST, page, edge).json(body)
    }

    pub(super) async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Error> {
        self.retries.send(&self.rest, request.build()?).await
    }

    /// Makes a request whose answer says no more than that it was done.
    pub(super) async fn done(&self, request: RequestBuilder) -> Result<(), Error> {
        let Done = self.send(request).await?;
        Ok(())
    }
}
