//! One try of a delivery: what is sent, and what its answer means.

use offhook_call::{Duration, Time};
use offhook_store::{AppSubscription, Attempt, AttemptOutcome, Leased};
use reqwest::Body;
use reqwest::header::RETRY_AFTER;

use crate::outbound::{Answer, NoAnswer};
use crate::schedule::Failed;
use crate::slow_body::SlowBody;
use crate::{Outbound, retry_after, signature};

const CONTENT_TYPE_NAME: &str = "content-type";
const JSON: &str = "application/json";

/// What an endpoint said to a try.
pub(crate) struct Verdict {
    pub(crate) kind: Kind,
    pub(crate) status: Option<u16>,
    /// What it answered, or why it did not.
    pub(crate) response: String,
    retry_after: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Acknowledged,
    /// 410: the endpoint wants no more.
    Gone,
    /// Any other status, redirects among them: they are not followed.
    Refused,
    Unreachable,
}

impl Kind {
    /// The label in metrics and logs.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Acknowledged => "acknowledged",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
        }
    }
}

/// Sends the delivery once, its body over so long; `now` is the receivers' time.
pub(crate) async fn send(outbound: &Outbound, lease: &Leased, now: Time, over: Duration) -> Verdict {
    match post(outbound, lease, now, over).await {
        Ok(answer) => judge(&answer, now),
        Err(error) => Verdict { kind: Kind::Unreachable, status: None, response: error.explained(), retry_after: None },
    }
}

async fn post(outbound: &Outbound, lease: &Leased, now: Time, over: Duration) -> Result<Answer, NoAnswer> {
    if lease.callback_url == AppSubscription::LISTENER {
        let headers =
            [(CONTENT_TYPE_NAME, JSON.to_owned())].into_iter().chain(signature::headers(lease, now)).collect();
        if !over.is_zero() {
            tokio::time::sleep(over).await;
        }
        return outbound.listeners().ask(lease.app, headers, lease.body.clone(), outbound.timeout).await;
    }
    let url = outbound.permitted(&lease.callback_url)?;
    let mut request = outbound.post(url).header(CONTENT_TYPE_NAME, JSON);
    for (name, value) in signature::headers(lease, now) {
        request = request.header(name, value);
    }
    let body = lease.body.clone();
    let body = if over.is_zero() { body.into() } else { Body::wrap(SlowBody::new(body, over)) };
    outbound.answer(request.body(body)).await
}

fn judge(answer: &Answer, now: Time) -> Verdict {
    let kind = match answer.status {
        200..=299 => Kind::Acknowledged,
        410 => Kind::Gone,
        _ => Kind::Refused,
    };
    let asked = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    Verdict {
        kind,
        status: Some(answer.status),
        response: String::from_utf8_lossy(&answer.body).into_owned(),
        retry_after: asked.and_then(|header| retry_after::parse(header, now)),
    }
}

impl Verdict {
    /// A fault of a sandbox lost the try, or its answer.
    pub(crate) fn lost(why: String) -> Self {
        Self { kind: Kind::Unreachable, status: None, response: why, retry_after: None }
    }

    /// What it means for the delivery: the try began `at` and took so long.
    pub(crate) fn into_attempt(self, lease: &Leased, at: Time, took: Duration, give_up_after: Duration) -> Attempt {
        let outcome = match self.kind {
            Kind::Acknowledged => AttemptOutcome::Delivered,
            Kind::Gone => AttemptOutcome::Gone,
            Kind::Refused | Kind::Unreachable => {
                let Leased { schedule_from: since, schedule_tries: tries, .. } = *lease;
                let failed = Failed { since, at: at + took, tries, retry_after: self.retry_after };
                failed.next_try(give_up_after).map_or(AttemptOutcome::Dead, AttemptOutcome::RetryAt)
            }
        };
        Attempt { at, took, status: self.status, response: self.response, fault: None, outcome }
    }
}
