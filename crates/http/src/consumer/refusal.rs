//! Why a device's message changed nothing, as the protocol tells it.

use std::borrow::Cow;
use std::error::Error;

use offhook_call::{CallId, Refused, ReplyRefused};
use offhook_service::{AcceptError, NegotiateError, OfferRefused, SayError, StoreError, ThreadError};
use offhook_wire::consumer::ServerMessage;

/// A stable name, and a sentence for the device's developer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    error: &'static str,
    detail: Cow<'static, str>,
}

impl Refusal {
    pub(super) const HELLO_FIRST: Self = Self::new("hello_first", "The first message must be `hello`.");
    pub(super) const HELLO_AGAIN: Self = Self::new("hello_again", "This connection has said `hello` already.");
    const OVERLOADED: Self = Self::new("overloaded", "The server takes no more work now; try again.");
    const INTERNAL: Self = Self::new("internal", "This is a bug in Offhook; the log has it.");

    const fn new(error: &'static str, detail: &'static str) -> Self {
        Self { error, detail: Cow::Borrowed(detail) }
    }

    pub(super) fn bad_message(error: &serde_json::Error) -> Self {
        Self { error: "bad_message", detail: format!("This is no message of the protocol: {error}.").into() }
    }

    pub(super) fn about(self, call: Option<CallId>) -> ServerMessage {
        ServerMessage::Error { call, error: self.error.to_owned(), detail: self.detail.into_owned() }
    }

    fn of_store(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable => Self::OVERLOADED,
            StoreError::Backend(_) | StoreError::Corrupt { .. } => Self::bug(&error),
        }
    }

    fn bug(error: &(dyn Error + 'static)) -> Self {
        tracing::error!(error, "a device's message failed");
        Self::INTERNAL
    }
}

impl From<Refusal> for ServerMessage {
    fn from(refusal: Refusal) -> Self {
        refusal.about(None)
    }
}

impl From<AcceptError> for Refusal {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::UnknownCall => Self::new("unknown_call", "This consumer has no such call."),
            AcceptError::Media(NegotiateError::Offer(OfferRefused { detail, .. })) => {
                Self { error: "invalid_sdp", detail: detail.into() }
            }
            AcceptError::Media(NegotiateError::UnknownTrack(unknown)) => {
                Self { error: "invalid_track", detail: format!("There is {unknown}.").into() }
            }
            AcceptError::Refused(refused) => why_not(refused),
            AcceptError::Store(error) => Self::of_store(error),
        }
    }
}

impl From<SayError> for Refusal {
    fn from(error: SayError) -> Self {
        match error {
            SayError::RateLimited { retry_after } => Self {
                error: "rate_limited",
                detail: format!("Too much at once; try again in {} s.", retry_after.as_secs() + 1).into(),
            },
            SayError::Thread(ThreadError::UnknownEntry) => Self::new("unknown_entry", "The thread has no such entry."),
            SayError::Thread(ThreadError::UnknownButton) => {
                Self::new("unknown_button", "The entry has no postback button with this payload.")
            }
            SayError::Thread(ThreadError::Refused(ReplyRefused::NoRequest)) => {
                Self::new("no_request", "The entry is no permission request.")
            }
            SayError::Thread(ThreadError::Refused(ReplyRefused::AlreadyAnswered)) => {
                Self::new("already_answered", "The permission request was answered before.")
            }
            SayError::Thread(ThreadError::Refused(ReplyRefused::Expired)) => {
                Self::new("expired", "The permission request can no longer be answered.")
            }
            SayError::Thread(ThreadError::Store(error)) => Self::of_store(error),
            // Consumers of connected devices exist.
            SayError::Thread(ThreadError::UnknownConsumer) => Self::bug(&error),
        }
    }
}

fn why_not(refused: Refused) -> Refusal {
    match refused {
        Refused::Ended(_) => Refusal::new("call_ended", "The call is over."),
        Refused::AlreadyAccepted => Refusal::new("already_accepted", "The call was already accepted."),
        Refused::NotConnected => Refusal::new("not_connected", "The call was not accepted yet."),
        Refused::OtherDevice => Refusal::new("other_device", "Another device of this consumer is in the call."),
        Refused::WrongDirection => Refusal::new("wrong_direction", "This is for calls that go the other way."),
        // Only of the business's and the server's own commands.
        Refused::NotOwner | Refused::VersionConflict { .. } | Refused::NotDue => Refusal::bug(&refused),
    }
}
