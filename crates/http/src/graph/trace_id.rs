use std::fmt;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Names one request: in its `x-fb-trace-id` header, in an error's `fbtrace_id`, in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TraceId([u8; 15]);

impl TraceId {
    pub(super) fn random() -> Self {
        Self(rand::random())
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "A{}", URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl From<TraceId> for HeaderValue {
    fn from(id: TraceId) -> HeaderValue {
        HeaderValue::try_from(id.to_string()).expect("base64url is visible ASCII")
    }
}
