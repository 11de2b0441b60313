//! The numbers of each error. Subcodes from 9100001 up are Offhook's own, where Meta documents none.

use super::{GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};

/// A row of the contract's section 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) status: u16,
    pub(super) code: i32,
    pub(super) subcode: Option<u32>,
}

impl GraphError {
    /// HTTP status.
    pub fn status(&self) -> u16 {
        self.row().status
    }

    /// The stable name, `error_data.offhook.error`.
    pub fn name(&self) -> &'static str {
        self.row().name
    }

    pub(super) fn row(&self) -> Row {
        match self {
            Self::InvalidToken(TokenProblem::Expired) => row("invalid_token", 401, 190, Some(463)),
            Self::InvalidToken(
                TokenProblem::Missing | TokenProblem::Unknown | TokenProblem::NotAppToken | TokenProblem::Ambiguous,
            ) => row("invalid_token", 401, 190, None),
            Self::InvalidAppSecretProof(ProofProblem::Wrong | ProofProblem::Required) => {
                row("invalid_app_secret_proof", 400, 100, None)
            }
            Self::MissingPermission => row("missing_permission", 403, 200, None),
            Self::InvalidPage => row("invalid_page", 400, 100, Some(33)),
            Self::InvalidParameter { .. } => row("invalid_parameter", 400, 100, None),
            Self::InvalidPsid => row("invalid_psid", 400, 100, Some(2018001)),
            Self::NoCallPermission => row("no_call_permission", 403, 10, Some(9100001)),
            Self::VideoNotEnabled | Self::CallingNotEnabled => row("calling_not_enabled", 400, 100, Some(1893056)),
            Self::ConnectionInfoMissing { .. } => row("connection_info_missing", 400, -1, Some(2018391)),
            Self::InvalidSdp { .. } => row("invalid_sdp", 400, -1, Some(2018392)),
            Self::InvalidCallId => row("invalid_call_id", 400, -1, Some(2018390)),
            Self::PageNotInCall => row("page_not_in_call", 400, -1, Some(2018393)),
            Self::NotCallOwner => row("not_call_owner", 403, -1, Some(2018394)),
            Self::CallFailed => row("call_failed", 400, -1, Some(2018395)),
            Self::CallEnded => row("call_ended", 400, -1, Some(2018396)),
            Self::AlreadyAccepted => row("already_accepted", 400, -1, Some(9100002)),
            Self::AlreadyRejected => row("already_rejected", 400, -1, Some(9100003)),
            Self::AlreadyTerminated => row("already_terminated", 400, -1, Some(9100004)),
            Self::WrongDirection => row("wrong_direction", 400, -1, Some(9100005)),
            Self::VersionConflict { .. } => row("version_conflict", 400, -1, Some(9100006)),
            Self::InvalidTrack { .. } => row("invalid_track", 400, -1, Some(9100007)),
            Self::OutsideMessagingWindow => row("outside_messaging_window", 400, 10, Some(2018278)),
            Self::PermissionRequestLimit(RequestLimit::Daily | RequestLimit::Held) => {
                row("permission_request_limit", 400, 613, Some(9100008))
            }
            Self::SettingsRefused { .. } => row("settings_refused", 400, 100, Some(9100012)),
            Self::ConsumerBusy => row("consumer_busy", 400, -1, Some(9100009)),
            Self::CallQuotaReached => row("call_quota_reached", 400, -1, Some(9100010)),
            Self::MetricsRefused { .. } => row("metrics_refused", 400, 100, Some(9100011)),
            Self::RateLimited { scope: RateScope::App, .. } => row("rate_limited", 429, 4, None),
            Self::RateLimited { scope: RateScope::Page | RateScope::PageRequests, .. } => {
                row("rate_limited", 429, 613, None)
            }
            Self::Overloaded { .. } => row("overloaded", 503, 2, None),
            Self::Draining { .. } => row("draining", 503, 2, None),
            Self::Internal => row("internal", 500, 1, None),
            Self::CallbackRefused { .. } => row("callback_refused", 400, 2200, None),
            Self::UnsupportedVersion => row("unsupported_version", 400, 2635, None),
            Self::UnknownPath => row("unknown_path", 400, 2500, None),
            Self::UnsupportedMethod => row("unsupported_method", 400, 100, None),
        }
    }
}

const fn row(name: &'static str, status: u16, code: i32, subcode: Option<u32>) -> Row {
    Row { name, status, code, subcode }
}
