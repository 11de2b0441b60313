//! Why a device's message changed nothing, as the protocol tells it.

use offhook_call::{CallId, Duration, InboundRefused, Refused, ReplyRefused, Time};
use offhook_service::{AcceptError, CallBusinessError, SayError, ThreadError};
use offhook_wire::consumer::ServerMessage;

use crate::channel::{Refusal, Refuses};

impl Refuses for ServerMessage {
    fn refuse(call: Option<CallId>, error: String, detail: String) -> Self {
        Self::Error { call, error, detail }
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
            CallBusinessError::RateLimited { retry_after } => rate_limited(retry_after),
            CallBusinessError::Draining => Self::DRAINING,
            CallBusinessError::Store(error) => Self::of_store(error),
        }
    }
}

impl From<SayError> for Refusal {
    fn from(error: SayError) -> Self {
        match error {
            SayError::RateLimited { retry_after } => rate_limited(retry_after),
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

fn rate_limited(retry_after: Duration) -> Refusal {
    let detail = format!("Too much at once; try again in {} s.", retry_after.as_secs() + 1);
    Refusal { error: "rate_limited", detail: detail.into() }
}

fn why_no_call(refused: InboundRefused) -> Refusal {
    match refused {
        InboundRefused::NotEnabled => Refusal::NOT_ENABLED,
        InboundRefused::IconHidden => {
            Refusal::new("icon_hidden", "The Page's icon_enabled is off; tap a call button that it sent.")
        }
        InboundRefused::ConsumerBusy => Refusal::new("consumer_busy", "This consumer is in a call."),
        InboundRefused::TooManyCalls => Refusal::PAGE_BUSY,
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
