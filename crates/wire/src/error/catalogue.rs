use std::time::Duration;

use serde_json::json;

use super::{GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};

impl GraphError {
    /// One of each row of the table in docs/api.md, in its order. The API's description is made from it.
    pub fn catalogue() -> Vec<Self> {
        let retry_after = Duration::from_secs(1);
        let detail = || "detail".to_owned();
        vec![
            GraphError::InvalidToken(TokenProblem::Missing),
            GraphError::InvalidToken(TokenProblem::Expired),
            GraphError::InvalidAppSecretProof(ProofProblem::Wrong),
            GraphError::MissingPermission,
            GraphError::InvalidPage,
            GraphError::missing("to"),
            GraphError::InvalidPsid,
            GraphError::NoCallPermission,
            GraphError::CallingNotEnabled,
            GraphError::VideoNotEnabled,
            GraphError::ConnectionInfoMissing { name: "sdp" },
            GraphError::InvalidSdp { detail: detail(), findings: json!([]) },
            GraphError::InvalidCallId,
            GraphError::PageNotInCall,
            GraphError::NotCallOwner,
            GraphError::CallFailed,
            GraphError::CallEnded,
            GraphError::AlreadyAccepted,
            GraphError::AlreadyRejected,
            GraphError::AlreadyTerminated,
            GraphError::WrongDirection,
            GraphError::VersionConflict { current: 4 },
            GraphError::InvalidTrack { msid: detail() },
            GraphError::OutsideMessagingWindow,
            GraphError::PermissionRequestLimit(RequestLimit::Daily),
            GraphError::settings("detail"),
            GraphError::ConsumerBusy,
            GraphError::CallQuotaReached,
            GraphError::MetricsRefused { detail: "detail" },
            GraphError::RateLimited { scope: RateScope::App, retry_after },
            GraphError::RateLimited { scope: RateScope::Page, retry_after },
            GraphError::Overloaded { retry_after },
            GraphError::Draining { retry_after },
            GraphError::Internal,
            GraphError::CallbackRefused { detail: detail() },
            GraphError::UnsupportedVersion,
            GraphError::UnknownPath,
            GraphError::UnsupportedMethod,
        ]
    }
}
