use std::error::Error as _;
use std::iter;

use offhook_call::Duration;
use reqwest::header::HeaderMap;
use reqwest::{Client, RequestBuilder, redirect};
use url::{Host, Url};

use crate::Listeners;
use crate::address::{AddressRefused, PublicOnly, check};

/// Bytes of an answer that are read.
const ANSWER_MAX: usize = 4096;

/// The way out to callbacks: one HTTP client that obeys the address policy, follows no redirect, uses no proxy, and
/// reads the first 4 KiB of an answer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbound {
    client: Client,
    allow_private: bool,
    pub(crate) timeout: Duration,
    listeners: Listeners,
}

/// What an endpoint answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// As much of the body as came in time, up to [`ANSWER_MAX`].
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error("the URL is not valid")]
    Url(#[from] url::ParseError),
    #[error("the URL is not http or https")]
    Scheme,
    #[error(transparent)]
    Address(#[from] AddressRefused),
    #[error("nobody fetches this app's webhooks: `offhook webhooks listen` does")]
    NoListener,
    #[error("no answer within {} ms", .0.as_millis())]
    TimedOut(Duration),
    #[error("the request failed")]
    Request(#[source] reqwest::Error),
}

impl Outbound {
    /// `timeout`: how long an endpoint has for an answer, from the start of the connection.
    pub fn new(allow_private: bool, timeout: Duration) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(timeout)
            .user_agent(concat!("offhook/", env!("CARGO_PKG_VERSION")));
        let client = if allow_private { client } else { client.dns_resolver(PublicOnly) };
        Ok(Self { client: client.build()?, allow_private, timeout, listeners: Listeners::default() })
    }

    /// Where apps that have no address to be reached at fetch their webhooks.
    pub fn listeners(&self) -> &Listeners {
        &self.listeners
    }

    pub(crate) fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    pub(crate) fn post(&self, url: Url) -> RequestBuilder {
        self.client.post(url)
    }

    /// A URL that may be asked. An address in it is judged here, because it does not go through the resolver.
    pub(crate) fn permitted(&self, url: &str) -> Result<Url, NoAnswer> {
        let url = Url::parse(url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NoAnswer::Scheme);
        }
        match url.host() {
            Some(Host::Ipv4(address)) if !self.allow_private => check(address.into())?,
            Some(Host::Ipv6(address)) if !self.allow_private => check(address.into())?,
            Some(_) | None => {}
        }
        Ok(url)
    }

    pub(crate) async fn answer(&self, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        let mut response = request.send().await.map_err(|error| self.no_answer(error))?;
        let mut body = Vec::new();
        // The status is the answer: a body that breaks off or takes too long does not take it back.
        while body.len() < ANSWER_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(ANSWER_MAX);
        Ok(Answer { status: response.status().as_u16(), headers: std::mem::take(response.headers_mut()), body })
    }

    fn no_answer(&self, error: reqwest::Error) -> NoAnswer {
        if error.is_timeout() { NoAnswer::TimedOut(self.timeout) } else { NoAnswer::Request(error.without_url()) }
    }
}

impl NoAnswer {
    /// The whole chain of causes, for an operator.
    pub(crate) fn explained(&self) -> String {
        let causes = iter::successors(self.source(), |&error| error.source());
        causes.fold(self.to_string(), |told, cause| format!("{told}: {cause}"))
    }
}
