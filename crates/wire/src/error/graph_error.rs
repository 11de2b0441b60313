use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

/// Why a Graph request was refused: the rows of the contract's section 5 that can be met.
#[derive(Debug, Clone, PartialEq)]
pub enum GraphError {
    InvalidToken(TokenProblem),
    InvalidAppSecretProof(ProofProblem),
    MissingPermission,
    /// Not the token's Page, or no Page at all: nobody can tell which.
    InvalidPage,
    InvalidParameter {
        name: Cow<'static, str>,
        detail: String,
    },
    InvalidPsid,
    NoCallPermission,
    CallingNotEnabled,
    /// The Page's `video_enabled` is off.
    VideoNotEnabled,
    ConnectionInfoMissing {
        name: &'static str,
    },
    /// `findings`: a JSON array, as `offhook sdp lint --json` prints them.
    InvalidSdp {
        detail: String,
        findings: Value,
    },
    InvalidCallId,
    PageNotInCall,
    NotCallOwner,
    CallFailed,
    CallEnded,
    AlreadyAccepted,
    AlreadyRejected,
    AlreadyTerminated,
    WrongDirection,
    /// `current`: the version that the call's media has.
    VersionConflict {
        current: u32,
    },
    /// The msid, or the label where no msid was given.
    InvalidTrack {
        msid: String,
    },
    OutsideMessagingWindow,
    PermissionRequestLimit(RequestLimit),
    /// `detail`: which rule about settings or call buttons was broken, by what.
    SettingsRefused {
        detail: String,
    },
    ConsumerBusy,
    CallQuotaReached,
    /// Metrics of a call at the wrong time; `detail` says which.
    MetricsRefused {
        detail: &'static str,
    },
    RateLimited {
        scope: RateScope,
        retry_after: Duration,
    },
    Overloaded {
        retry_after: Duration,
    },
    Draining {
        retry_after: Duration,
    },
    Internal,
    /// The callback of a subscription failed its handshake.
    CallbackRefused {
        detail: String,
    },
    UnsupportedVersion,
    UnknownPath,
    UnsupportedMethod,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenProblem {
    Missing,
    Unknown,
    Expired,
    /// The path is about an app, and this is not its app access token.
    NotAppToken,
    /// Two different tokens in one request.
    Ambiguous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofProblem {
    Wrong,
    Required,
}

/// Why a permission request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestLimit {
    /// The thread has had its requests of 24 hours.
    Daily,
    /// Permission is held already.
    Held,
}

/// Whose limit was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateScope {
    /// The app's requests.
    App,
    /// The Page's calls.
    Page,
    /// The requests for the Page.
    PageRequests,
}

impl GraphError {
    pub fn parameter(name: impl Into<Cow<'static, str>>, detail: impl Into<String>) -> Self {
        Self::InvalidParameter { name: name.into(), detail: detail.into() }
    }

    pub fn missing(name: &'static str) -> Self {
        Self::parameter(name, format!("Parameter `{name}` is required and must not be empty."))
    }

    pub fn settings(detail: impl Into<String>) -> Self {
        Self::SettingsRefused { detail: detail.into() }
    }

    pub(crate) fn wrong_type(name: &'static str, expected: &str, given: &Value) -> Self {
        let given = match given {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        };
        Self::parameter(name, format!("Parameter `{name}` must be {expected}, not {given}."))
    }

    /// The parameter at fault (`blame_field_specs`).
    pub fn blame(&self) -> Option<&str> {
        if let Self::InvalidParameter { name, .. } = self {
            Some(name)
        } else if let Self::ConnectionInfoMissing { name } = self {
            Some(name)
        } else {
            None
        }
    }

    /// When trying again may help (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        if let Self::RateLimited { retry_after, .. }
        | Self::Overloaded { retry_after }
        | Self::Draining { retry_after } = self
        {
            Some(*retry_after)
        } else {
            None
        }
    }
}
