//! Why a device's message changed nothing, as the protocol tells it.

use std::borrow::Cow;
use std::error::Error;

use offhook_call::{CallId, Duration, InboundRefused, Refused, ReplyRefused, Time};
use offhook_service::{
    AcceptError, CallBusinessError, NegotiateError, OfferRefused, SayError, StoreError, ThreadError,
};
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
    const VIDEO_NOT_ENABLED: Self =
        Self::new("calling_not_enabled", "The Page's video_enabled is off; leave video out.");
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
            StoreError::Unavailable | StoreError::Disk(_) => Self::OVERLOADED,
            StoreError::Backend(_) | StoreError::Corrupt { .. } => Self::bug(&error),
        }
    }

    fn rate_limited(retry_after: Duration) -> Self {
        let detail = format!("Too much at once; try again in {} s.", retry_after.as_secs() + 1);
        Self { error: "rate_limited", detail: detail.into() }
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
            AcceptError::VideoNotEnabled => Self::VIDEO_NOT_ENABLED,
            AcceptError::Media(error) => error.into(),
            AcceptError::Refused(refused) => why_not(refused),
            AcceptError::Store(error) => Self::of_store(error),
        }
    }
}

impl From<CallBusinessError> for Refusal {
    fn from(error: CallBusinessError) -> Self {
        match error {
            CallBusinessError::Refused(refused) => why_no_call(refused),
            CallBusinessError::OutsideCallHours { next_opening: Some(Time(at)) } => {
                let detail = format!("The Page takes calls again at {at} (milliseconds since the epoch).");
                Self { error: "outside_call_hours", detail: detail.into() }
            }
            CallBusinessError::OutsideCallHours { next_opening: None } => {
                Self::new("outside_call_hours", "The Page takes no calls on any day.")
            }
            CallBusinessError::VideoNotEnabled => Self::VIDEO_NOT_ENABLED,
            CallBusinessError::Media(error) => error.into(),
            CallBusinessError::RateLimited { retry_after } => Self::rate_limited(retry_after),
            CallBusinessError::Draining => Self::new("draining", "The server is stopping; connect again soon."),
            CallBusinessError::Store(error) => Self::of_store(error),
        }
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

impl From<SayError> for Refusal {
    fn from(error: SayError) -> Self {
        match error {
            SayError::RateLimited { retry_after } => Self::rate_limited(retry_after),
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

fn why_no_call(refused: InboundRefused) -> Refusal {
    match refused {
        InboundRefused::NotEnabled => Refusal::new("calling_not_enabled", "The Page's audio_enabled is off."),
        InboundRefused::IconHidden => {
            Refusal::new("icon_hidden", "The Page's icon_enabled is off; tap a call button that it sent.")
        }
        InboundRefused::ConsumerBusy => Refusal::new("consumer_busy", "This consumer is in a call."),
        InboundRefused::TooManyCalls => Refusal::new("page_busy", "The Page has too many live calls; try again later."),
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
