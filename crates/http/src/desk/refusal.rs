//! Why an agent's message changed nothing, as the protocol tells it.

use offhook_call::{CallId, ConnectRefused, Refused, SendRefused};
use offhook_service::{BookError, DeskError, DialError, SendError};
use offhook_wire::desk::DeskMessage;

use crate::channel::{Refusal, Refuses};

impl Refuses for DeskMessage {
    fn refuse(call: Option<CallId>, error: String, detail: String) -> Self {
        Self::Error { call, error, detail }
    }
}

impl From<Refusal> for DeskMessage {
    fn from(refusal: Refusal) -> Self {
        refusal.about(None)
    }
}

impl From<DeskError> for Refusal {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::UnknownCall => UNKNOWN_CALL,
            DeskError::Busy => BUSY,
            DeskError::NotFree => {
                Self::new("agent_not_free", "The other agent must be there, free, and answer for the call's Page.")
            }
            DeskError::VideoNotEnabled => Self::VIDEO_NOT_ENABLED,
            DeskError::Media(error) => error.into(),
            DeskError::Refused(refused) => why_not(refused),
            DeskError::Store(error) => Self::of_store(error),
        }
    }
}

impl From<DialError> for Refusal {
    fn from(error: DialError) -> Self {
        match error {
            DialError::UnknownConsumer => {
                Self::new("unknown_consumer", "There is no such consumer of a Page of this agent.")
            }
            DialError::NotEnabled => Self::NOT_ENABLED,
            DialError::Busy => BUSY,
            DialError::Media(error) => error.into(),
            DialError::Refused(refused) => why_no_call(refused),
            DialError::Send(error) => why_no_request(error),
            DialError::Draining => Self::DRAINING,
            DialError::Store(error) => Self::of_store(error),
        }
    }
}

impl From<BookError> for Refusal {
    fn from(error: BookError) -> Self {
        match error {
            BookError::Unknown => Self::new("unknown", "There is no such call, consumer or Page of this agent."),
            BookError::TooManyNotes => Self { error: "too_many_notes", detail: format!("Here {error}.").into() },
            BookError::Store(error) => Self::of_store(error),
        }
    }
}

fn why_no_call(refused: ConnectRefused) -> Refusal {
    match refused {
        ConnectRefused::NoPermission => {
            Refusal::new("no_call_permission", "The consumer has not permitted calls: request permission first.")
        }
        ConnectRefused::QuotaReached => {
            Refusal::new("call_quota_reached", "The consumer has had the calls of 24 hours; try again later.")
        }
        ConnectRefused::ConsumerBusy => Refusal::new("consumer_busy", "The consumer is in a call."),
        ConnectRefused::TooManyCalls => Refusal::PAGE_BUSY,
    }
}

fn why_no_request(error: SendError) -> Refusal {
    match error {
        SendError::UnknownConsumer => Refusal::new("unknown_consumer", "There is no such consumer of this Page."),
        SendError::Refused(SendRefused::CallingNotEnabled) => Refusal::NOT_ENABLED,
        SendError::Refused(SendRefused::OutsideWindow) => {
            Refusal::new("outside_messaging_window", "The consumer has not written within seven days.")
        }
        SendError::Refused(SendRefused::PermissionHeld) => {
            Refusal::new("permission_held", "The consumer permits calls already.")
        }
        SendError::Refused(SendRefused::TooManyRequests) => {
            Refusal::new("permission_request_limit", "The consumer has had the requests of 24 hours; try again later.")
        }
        SendError::Store(error) => Refusal::of_store(error),
    }
}

fn why_not(refused: Refused) -> Refusal {
    match refused {
        Refused::Ended(_) => Refusal::new("call_ended", "The call is over."),
        Refused::AlreadyAccepted => {
            Refusal::new("answered_elsewhere", "The call does not ring at this agent any more.")
        }
        Refused::NotOwner => Refusal::new("not_call_owner", "The call is not this agent's."),
        Refused::NotConnected => Refusal::new("not_connected", "The consumer has not picked up yet."),
        Refused::OtherDevice => {
            Refusal::new("other_device", "Another device of this agent has the call; `resume` brings it here.")
        }
        Refused::WrongDirection => Refusal::new("wrong_direction", "This is for calls that the consumer started."),
        Refused::VersionConflict { .. } | Refused::NotDue => Refusal::bug(&refused),
    }
}

const UNKNOWN_CALL: Refusal = Refusal::new("unknown_call", "There is no such call of a Page of this agent.");
const BUSY: Refusal = Refusal::new("agent_busy", "The agent has another call: end it or hand it over first.");
