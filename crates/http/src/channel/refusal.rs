//! Why a message changed nothing, as both protocols tell it.

use std::borrow::Cow;
use std::error::Error;

use offhook_call::CallId;
use offhook_service::{NegotiateError, OfferRefused, StoreError};

/// A stable name, and a sentence for whoever wrote the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: &'static str,
    pub(crate) detail: Cow<'static, str>,
}

/// A message of a protocol that tells a refusal.
pub(crate) trait Refuses {
    fn refuse(call: Option<CallId>, error: String, detail: String) -> Self;
}

impl Refusal {
    pub(crate) const HELLO_FIRST: Self = Self::new("hello_first", "The first message must be `hello`.");
    pub(crate) const HELLO_AGAIN: Self = Self::new("hello_again", "This connection has said `hello` already.");
    pub(crate) const NOT_ENABLED: Self = Self::new("calling_not_enabled", "The Page's audio_enabled is off.");
    pub(crate) const VIDEO_NOT_ENABLED: Self =
        Self::new("calling_not_enabled", "The Page's video_enabled is off; leave video out.");
    pub(crate) const PAGE_BUSY: Self = Self::new("page_busy", "The Page has too many live calls; try again later.");
    pub(crate) const DRAINING: Self = Self::new("draining", "The server is stopping; connect again soon.");
    const OVERLOADED: Self = Self::new("overloaded", "The server takes no more work now; try again.");
    const INTERNAL: Self = Self::new("internal", "This is a bug in Offhook; the log has it.");

    pub(crate) const fn new(error: &'static str, detail: &'static str) -> Self {
        Self { error, detail: Cow::Borrowed(detail) }
    }

    pub(crate) fn bad_message(error: &serde_json::Error) -> Self {
        Self { error: "bad_message", detail: format!("This is no message of the protocol: {error}.").into() }
    }

    pub(crate) fn about<M: Refuses>(self, call: Option<CallId>) -> M {
        M::refuse(call, self.error.to_owned(), self.detail.into_owned())
    }

    pub(crate) fn of_store(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable | StoreError::Disk(_) => Self::OVERLOADED,
            StoreError::Backend(_) | StoreError::Corrupt { .. } => Self::bug(&error),
        }
    }

    pub(crate) fn bug(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error, "a device's message failed");
        Self::INTERNAL
    }
}

impl From<NegotiateError> for Refusal {
    fn from(error: NegotiateError) -> Self {
        match error {
            NegotiateError::Offer(OfferRefused { detail, .. }) => Self { error: "invalid_sdp", detail: detail.into() },
            NegotiateError::UnknownTrack(unknown) => {
                Self { error: "invalid_track", detail: format!("There is {unknown}.").into() }
            }
        }
    }
}
