//! One JSON request over HTTP: typed answer, typed refusal, a time limit, a size limit, and somebody who may watch.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::RETRY_AFTER;
use reqwest::{Method, Request, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

/// What a server says when it refuses, the value of `error` in its answer.
pub trait Refusal: DeserializeOwned + fmt::Debug {
    /// One line for people.
    fn text(&self) -> &str;
}

/// Why a request gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum Error<R: Refusal> {
    /// Not delivered, or not answered in time.
    #[error("no answer")]
    Transport(#[from] reqwest::Error),
    #[error("answer of more than {bytes_max} bytes")]
    TooLarge { bytes_max: usize },
    #[error("refused with {status}: {}", refusal.text())]
    Refused {
        status: StatusCode,
        /// When the server wants to be asked again (`Retry-After`, in seconds).
        retry_after: Option<Duration>,
        refusal: Box<R>,
    },
    /// Neither what was asked for nor a refusal.
    #[error("{status}, but not an answer to this request")]
    Unexpected { status: StatusCode, source: serde_json::Error },
}

impl<R: Refusal> Error<R> {
    /// The answer's HTTP status, if there was an answer.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Transport(_) | Self::TooLarge { .. } => None,
            Self::Refused { status, .. } | Self::Unexpected { status, .. } => Some(*status),
        }
    }

    /// What the server said when it refused.
    pub fn refusal(&self) -> Option<&R> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal),
            Self::Transport(_) | Self::TooLarge { .. } | Self::Unexpected { .. } => None,
        }
    }
}

/// A request that was made, for whoever watches. Without query and body: they hold secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    pub method: Method,
    pub path: String,
    /// HTTP status; `None` if there was no answer.
    pub status: Option<u16>,
    /// From the first byte out to the last byte in.
    pub took: Duration,
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} → ", self.method, self.path)?;
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => write!(f, "no answer")?,
        }
        write!(f, " in {:.1} ms", self.took.as_secs_f64() * 1_000.0)
    }
}

/// Is told each exchange once it is over.
pub type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;

const TIMEOUT: Duration = Duration::from_secs(10);

/// As good as none.
const STREAM_TIMEOUT: Duration = Duration::from_hours(30 * 24);

/// Largest answer read: an SDP of 64 KiB escaped in JSON fits several times.
const ANSWER_BYTES_MAX: usize = 512 * 1024;

/// A server and the token for it.
#[derive(Clone)]
pub(crate) struct Rest {
    http: reqwest::Client,
    base: Url,
    token: String,
    observer: Option<Observer>,
}

impl Rest {
    pub(crate) fn new(base: Url, token: String) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        Ok(Self { http, base, token, observer: None })
    }

    pub(crate) fn observe(&mut self, observer: Observer) {
        self.observer = Some(observer);
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A request for these path segments, with the token.
    pub(crate) fn request(&self, method: Method, segments: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// Makes the request; its answer must be a `T`.
    pub(crate) async fn send<T: DeserializeOwned, R: Refusal>(&self, request: Request) -> Result<T, Error<R>> {
        self.send_up_to(request, ANSWER_BYTES_MAX).await
    }

    /// As [`send`](Self::send), with an answer of up to so many bytes.
    pub(crate) async fn send_up_to<T: DeserializeOwned, R: Refusal>(
        &self,
        request: Request,
        bytes_max: usize,
    ) -> Result<T, Error<R>> {
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let started = Instant::now();
        let received = self.exchange(request, bytes_max).await;
        if let Some(observer) = &self.observer {
            let status = received.as_ref().ok().map(|answer| answer.status.as_u16());
            observer(&Exchange { method, path, status, took: started.elapsed() });
        }
        received?.read()
    }

    /// Makes a request whose answer is a stream, without an end to its time.
    pub(crate) async fn open<R: Refusal>(&self, mut request: Request) -> Result<Response, Error<R>> {
        *request.timeout_mut() = Some(STREAM_TIMEOUT);
        let response = self.http.execute(request).await?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        Err(Answer { status, retry_after: None, body: limited(response, ANSWER_BYTES_MAX).await? }.refusal())
    }

    async fn exchange<R: Refusal>(&self, request: Request, bytes_max: usize) -> Result<Answer, Error<R>> {
        let response = self.http.execute(request).await?;
        let status = response.status();
        let named = response.headers().get(RETRY_AFTER).and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        Ok(Answer { status, retry_after: named.map(Duration::from_secs), body: limited(response, bytes_max).await? })
    }
}

struct Answer {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Vec<u8>,
}

impl Answer {
    fn read<T: DeserializeOwned, R: Refusal>(self) -> Result<T, Error<R>> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body).map_err(|source| Error::Unexpected { status: self.status, source })
    }

    fn refusal<R: Refusal>(self) -> Error<R> {
        let Self { status, retry_after, body } = self;
        match serde_json::from_slice(&body) {
            Ok(RefusalBody { error }) => Error::Refused { status, retry_after, refusal: Box::new(error) },
            Err(source) => Error::Unexpected { status, source },
        }
    }
}

#[derive(Deserialize)]
struct RefusalBody<R> {
    error: R,
}

async fn limited<R: Refusal>(mut response: Response, bytes_max: usize) -> Result<Vec<u8>, Error<R>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Error::TooLarge { bytes_max });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
