//! The words of each error: Graph's `message` says what is wrong, our `detail` what to do about it.

use std::borrow::Cow;

use super::{GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};

impl GraphError {
    /// What is wrong, without the number that Graph puts before it.
    pub(super) fn summary(&self) -> Cow<'static, str> {
        let summary = match self {
            Self::InvalidToken(TokenProblem::Missing) => "An access token is required to request this resource",
            Self::InvalidToken(TokenProblem::Unknown | TokenProblem::NotAppToken) => "Invalid OAuth access token",
            Self::InvalidToken(TokenProblem::Expired) => "Error validating access token: session has expired",
            Self::InvalidToken(TokenProblem::Ambiguous) => "The request has two different access tokens",
            Self::InvalidAppSecretProof(ProofProblem::Wrong) => "Invalid appsecret_proof provided in the API argument",
            Self::InvalidAppSecretProof(ProofProblem::Required) => {
                "API calls from the server require an appsecret_proof argument"
            }
            Self::MissingPermission => "Requires pages_messaging permission to manage the object",
            Self::InvalidPage => "Unsupported request: the Page does not exist or this token has no access to it",
            Self::InvalidParameter { name, .. } => return format!("Invalid parameter: {name}").into(),
            Self::InvalidPsid => "No matching user found",
            Self::NoCallPermission => "The consumer has not given permission to be called",
            Self::CallingNotEnabled | Self::VideoNotEnabled => "Call Settings Not Enabled",
            Self::ConnectionInfoMissing { .. } => "Connection information is empty",
            Self::InvalidSdp { .. } => "Invalid connection information: the SDP was refused",
            Self::InvalidCallId => "Invalid call id",
            Self::PageNotInCall => "The Page is not a member of this call",
            Self::NotCallOwner => "The calling app is not the call owner",
            Self::CallFailed => "The call has failed",
            Self::CallEnded => "The call has ended",
            Self::AlreadyAccepted => "The call was already accepted",
            Self::AlreadyRejected => "The call was already rejected",
            Self::AlreadyTerminated => "The call was already terminated",
            Self::WrongDirection => "The action does not apply to a business-initiated call",
            Self::VersionConflict { .. } => "Conflicting media status: the version is not the current one",
            Self::InvalidTrack { .. } => "Invalid track msid",
            Self::OutsideMessagingWindow => "This message is sent outside of allowed window",
            Self::PermissionRequestLimit(_) => "The limit of call permission requests is reached",
            Self::SettingsRefused { .. } => "Invalid call settings",
            Self::ConsumerBusy => "The consumer is in another call",
            Self::CallQuotaReached => "The quota of connected calls to this consumer is used up",
            Self::MetricsRefused { .. } => "The call metrics cannot be taken",
            Self::RateLimited { scope: RateScope::App, .. } => "Application request limit reached",
            Self::RateLimited { scope: RateScope::PageRequests, .. } => "Page request limit reached",
            Self::RateLimited { scope: RateScope::Page, .. } => "Calls to this API have exceeded the rate limit",
            Self::Overloaded { .. } | Self::Draining { .. } => "Service temporarily unavailable",
            Self::Internal => "An unknown error occurred",
            Self::CallbackRefused { .. } => "Callback verification failed",
            Self::UnsupportedVersion => "You are calling an unsupported version of the API",
            Self::UnknownPath => "Unknown path components",
            Self::UnsupportedMethod => "Unsupported method for this path",
        };
        summary.into()
    }

    /// One sentence that a developer can act on.
    pub fn detail(&self) -> Cow<'_, str> {
        let detail = match self {
            Self::InvalidParameter { detail, .. }
            | Self::InvalidSdp { detail, .. }
            | Self::SettingsRefused { detail }
            | Self::CallbackRefused { detail } => return detail.into(),
            Self::ConnectionInfoMissing { name } => {
                return format!(
                    "Send `session` with `sdp_type` \"offer\" and your SDP in `sdp`; `{name}` is missing or empty."
                )
                .into();
            }
            Self::VersionConflict { current } => {
                return format!(
                    "The media is at version {current}: apply the media_update webhooks up to it, then send from_version {current}."
                )
                .into();
            }
            Self::InvalidTrack { msid } => {
                return format!("No track `{msid}` is in your SDP; use the track id of its `a=msid` line.").into();
            }
            Self::InvalidToken(problem) => problem.detail(),
            Self::InvalidAppSecretProof(_) => {
                "appsecret_proof is the lower-case hex HMAC-SHA256 of the access token, keyed with the app secret."
            }
            Self::MissingPermission => "Mint a token for this Page that bears pages_messaging.",
            Self::InvalidPage => "Use the id of the Page that the token is for, or `me`.",
            Self::InvalidPsid => "Use the psid of a consumer of this Page.",
            Self::NoCallPermission => "The permission was never granted, was revoked, or expired; ask for it again.",
            Self::VideoNotEnabled => "Set video_enabled in the Page's messenger_call_settings, or leave video out.",
            Self::CallingNotEnabled => "Set audio_enabled in the Page's messenger_call_settings.",
            Self::InvalidCallId => "Use the call id from the answer to connect or from a webhook.",
            Self::PageNotInCall => "Use a token of the Page that the call belongs to.",
            Self::NotCallOwner => "Only the app that started or accepted the call can act on it.",
            Self::AlreadyAccepted => "Use terminate to end the call, or media_update to change its media.",
            Self::CallFailed | Self::CallEnded | Self::AlreadyRejected | Self::AlreadyTerminated => {
                "The call is over; its terminate webhook tells how it ended."
            }
            Self::WrongDirection => "accept and reject are for calls that a consumer started; use terminate.",
            Self::OutsideMessagingWindow => {
                "The consumer last wrote more than 24 hours ago; a person may answer for 7 days with the tag HUMAN_AGENT."
            }
            Self::PermissionRequestLimit(RequestLimit::Daily) => {
                "This thread has had its requests of 24 hours; messenger_call_permissions tells the limit and its use."
            }
            Self::PermissionRequestLimit(RequestLimit::Held) => {
                "The consumer may be called already; ask again when the permission has ended."
            }
            Self::ConsumerBusy => "Try again when the consumer's call is over.",
            Self::CallQuotaReached => "Wait until older calls are more than 24 hours ago.",
            Self::MetricsRefused { detail } => detail,
            Self::RateLimited { scope: RateScope::App, .. } => "The app makes too many requests; slow down.",
            Self::RateLimited { scope: RateScope::PageRequests, .. } => {
                "The Page's hourly quota of requests is used up; wait as long as Retry-After says."
            }
            Self::RateLimited { scope: RateScope::Page, .. } => "The Page has too many live calls; end some first.",
            Self::Overloaded { .. } => "The server is overloaded; try again after the time in Retry-After.",
            Self::Draining { .. } => "The server is stopping; try again after the time in Retry-After.",
            Self::Internal => "This is a bug in Offhook; the log has it under this fbtrace_id.",
            Self::UnsupportedVersion => "Use v17.0 or later, or a path without a version.",
            Self::UnknownPath => "No such path here; see the API documentation for those that exist.",
            Self::UnsupportedMethod => "This path exists, but not for this HTTP method.",
        };
        detail.into()
    }
}

impl TokenProblem {
    fn detail(self) -> &'static str {
        match self {
            Self::Missing => "Send the token as `Authorization: Bearer …`, or as access_token in the query or body.",
            Self::Unknown => "The token is unknown or was revoked; mint a new one.",
            Self::NotAppToken => "Use the app access token of the app in the path: its id, `|`, its secret.",
            Self::Expired => "The token has expired; mint a new one.",
            Self::Ambiguous => "Send the token once, or the same token in each place.",
        }
    }
}
