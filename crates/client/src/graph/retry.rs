use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;

use super::Error;
use crate::rest::Rest;

/// How often a request is made again that gave nothing.
///
/// What only reads is made again after a broken connection, a 429, 502, 503 or 504. What changes something is made again
/// only after a 429 or 503 whose `Retry-After` says when: such a request was refused before anything was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    times: usize,
}

/// First wait where the server names none; doubled from try to try, with jitter.
const WAIT_FIRST: Duration = Duration::from_millis(200);

/// Longest wait for one try more. A server that asks for more time is not asked again.
const WAIT_MAX: Duration = Duration::from_secs(30);

impl Retries {
    pub const NONE: Self = Self { times: 0 };

    /// At most so many tries after the first.
    pub const fn up_to(times: usize) -> Self {
        Self { times }
    }

    pub(super) async fn send<T: DeserializeOwned>(self, rest: &Rest, request: Request) -> Result<T, Error> {
        let reads = request.method() == Method::GET;
        let again = || request.try_clone().expect("a body in memory can be sent again");
        let waits = ExponentialBuilder::default()
            .with_min_delay(WAIT_FIRST)
            .with_max_delay(WAIT_MAX)
            .with_max_times(self.times)
            .with_jitter();
        (|| rest.send(again()))
            .retry(waits)
            .when(|error| may_repeat(error, reads))
            .adjust(|error, wait| wait.map(|wait| named_wait(error).unwrap_or(wait)))
            .await
    }
}

fn may_repeat(error: &Error, reads: bool) -> bool {
    match (error.status(), named_wait(error)) {
        (Some(StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE), Some(wait)) => wait <= WAIT_MAX,
        (Some(status), _) => reads && PASSING.contains(&status),
        (None, _) => reads && matches!(error, Error::Transport(_)),
    }
}

fn named_wait(error: &Error) -> Option<Duration> {
    if let Error::Refused { retry_after, .. } = error { *retry_after } else { None }
}

/// What a server answers whose trouble passes.
const PASSING: [StatusCode; 4] = [
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];
