//! Domain errors as Graph errors: the one place where they meet.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use offhook_call::{ConnectRefused, MetricsRefused};
use offhook_service::{
    ActionError, AuthError, CallbackRefused, ConnectError, MetricsError, NegotiateError, OfferRefused, PermissionError,
    QuotaExceeded, QuotaScope, StoreError, SubscribeAppError, UnknownTrack,
};
use offhook_wire::{GraphError, ProofProblem, RateScope, TokenProblem};

use super::trace_id::TraceId;

/// What the caller reads, and what only the log keeps. As a response it has no body yet: [`frame`](super::frame)
/// knows the trace id and writes it.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    error: GraphError,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Failure {
    pub(super) fn error(&self) -> &GraphError {
        &self.error
    }

    pub(super) fn bug(cause: impl Error + Send + Sync + 'static) -> Self {
        Self { error: GraphError::Internal, cause: Some(Arc::new(cause)) }
    }

    pub(super) fn log(&self, trace: TraceId) {
        if let Some(cause) = &self.cause {
            tracing::error!(%trace, error = &**cause as &dyn Error, "a Graph request failed");
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.error.status()).expect("every row has a valid status");
        let mut response = status.into_response();
        if let Some(wait) = self.error.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, whole_seconds(wait).into());
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// At least one second: zero would ask for an immediate try.
fn whole_seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1)
}

impl From<GraphError> for Failure {
    fn from(error: GraphError) -> Self {
        Self { error, cause: None }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => GraphError::Overloaded { retry_after: OVERLOADED_RETRY }.into(),
            // The store has logged that it cannot write, once for all requests.
            StoreError::Disk(_) => GraphError::Overloaded { retry_after: DISK_RETRY }.into(),
            StoreError::Backend(_) | StoreError::Corrupt { .. } => Self::bug(error),
        }
    }
}

impl From<AuthError> for Failure {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidToken => GraphError::InvalidToken(TokenProblem::Unknown).into(),
            AuthError::ExpiredToken => GraphError::InvalidToken(TokenProblem::Expired).into(),
            AuthError::MissingPermission => GraphError::MissingPermission.into(),
            AuthError::WrongProof => GraphError::InvalidAppSecretProof(ProofProblem::Wrong).into(),
            AuthError::ProofRequired => GraphError::InvalidAppSecretProof(ProofProblem::Required).into(),
            AuthError::Store(error) => error.into(),
        }
    }
}

impl From<QuotaExceeded> for Failure {
    fn from(QuotaExceeded { scope, retry_after }: QuotaExceeded) -> Self {
        let scope = match scope {
            QuotaScope::App => RateScope::App,
            QuotaScope::Page => RateScope::PageRequests,
        };
        GraphError::RateLimited { scope, retry_after }.into()
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::NotEnabled => GraphError::CallingNotEnabled.into(),
            ConnectError::UnknownConsumer => GraphError::InvalidPsid.into(),
            ConnectError::Media(error) => error.into(),
            ConnectError::Refused(refused) => why_not(refused).into(),
            ConnectError::RateLimited { retry_after } => {
                GraphError::RateLimited { scope: RateScope::App, retry_after }.into()
            }
            ConnectError::Draining => GraphError::Draining { retry_after: DRAINING_RETRY }.into(),
            ConnectError::Store(error) => error.into(),
        }
    }
}

impl From<NegotiateError> for Failure {
    fn from(error: NegotiateError) -> Self {
        match error {
            NegotiateError::Offer(OfferRefused { detail, findings }) => GraphError::InvalidSdp { detail, findings },
            NegotiateError::UnknownTrack(UnknownTrack { msid }) => GraphError::InvalidTrack { msid },
        }
        .into()
    }
}

fn why_not(refused: ConnectRefused) -> GraphError {
    match refused {
        ConnectRefused::NoPermission => GraphError::NoCallPermission,
        ConnectRefused::QuotaReached => GraphError::CallQuotaReached,
        ConnectRefused::ConsumerBusy => GraphError::ConsumerBusy,
        ConnectRefused::TooManyCalls => {
            GraphError::RateLimited { scope: RateScope::Page, retry_after: TOO_MANY_CALLS_RETRY }
        }
    }
}

impl From<ActionError> for Failure {
    fn from(error: ActionError) -> Self {
        let error = match error {
            ActionError::UnknownCall => GraphError::InvalidCallId,
            ActionError::PageNotInCall => GraphError::PageNotInCall,
            ActionError::NotOwner => GraphError::NotCallOwner,
            ActionError::WrongDirection => GraphError::WrongDirection,
            ActionError::AlreadyAccepted => GraphError::AlreadyAccepted,
            ActionError::AlreadyRejected => GraphError::AlreadyRejected,
            ActionError::AlreadyTerminated => GraphError::AlreadyTerminated,
            ActionError::Failed => GraphError::CallFailed,
            ActionError::Ended => GraphError::CallEnded,
            ActionError::VersionConflict { current } => GraphError::VersionConflict { current },
            ActionError::VideoNotEnabled => GraphError::VideoNotEnabled,
            ActionError::Media(error) => return error.into(),
            ActionError::Store(error) => return error.into(),
        };
        error.into()
    }
}

impl From<MetricsError> for Failure {
    fn from(error: MetricsError) -> Self {
        match error {
            MetricsError::Hidden(error) => error.into(),
            MetricsError::Refused(refused) => metrics_refused(refused).into(),
            MetricsError::Store(error) => error.into(),
        }
    }
}

fn metrics_refused(refused: MetricsRefused) -> GraphError {
    let detail = match refused {
        MetricsRefused::NotOwner => return GraphError::NotCallOwner,
        MetricsRefused::InProgress => "The call has not ended; send its metrics once it has.",
        MetricsRefused::TooLate => "The call ended more than 24 hours ago; its metrics are no longer taken.",
        MetricsRefused::Twice => "The call has its metrics already; they are taken once.",
    };
    GraphError::MetricsRefused { detail }
}

impl From<PermissionError> for Failure {
    fn from(error: PermissionError) -> Self {
        match error {
            PermissionError::NotEnabled => GraphError::CallingNotEnabled.into(),
            PermissionError::UnknownConsumer => GraphError::InvalidPsid.into(),
            PermissionError::Store(error) => error.into(),
        }
    }
}

impl From<SubscribeAppError> for Failure {
    fn from(error: SubscribeAppError) -> Self {
        match error {
            SubscribeAppError::Callback(CallbackRefused { detail }) => GraphError::CallbackRefused { detail }.into(),
            SubscribeAppError::Store(error) => error.into(),
        }
    }
}

/// The store's queue empties within moments.
const OVERLOADED_RETRY: Duration = Duration::from_secs(1);

/// Somebody has to make room on the disk, or it fails for moments only.
const DISK_RETRY: Duration = Duration::from_secs(5);

/// About how long a restart takes.
const DRAINING_RETRY: Duration = Duration::from_secs(5);

/// Nobody knows when a call of the Page ends; soon enough to ask again, rare enough to be cheap.
const TOO_MANY_CALLS_RETRY: Duration = Duration::from_secs(10);
