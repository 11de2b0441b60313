//! What a change of a call asks for.

use serde::{Deserialize, Serialize};

use crate::{AppId, Business, Call, CallId, DeviceId, Direction, EndReason, PageId, Psid, Side, Time};

/// Something that a change asks for, as data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Durable: an app is owed this event; committed together with the change.
    Owe(Event),
    /// Durable: the consumer's permission is granted anew, without a webhook (contract section 4).
    Grant,
    /// Volatile: every device of the consumer rings.
    RingDevices,
    /// Volatile: the devices other than this one stop ringing: answered elsewhere.
    StopOtherDevices { winner: DeviceId },
    /// Volatile: the device that calls learns that the business picked up.
    TellAnswered,
    /// Volatile: the consumer's devices learn that the call is over.
    TellEnded,
    /// Volatile: the server's offer is on its way to this side; its own section comes alive.
    OfferSent { side: Side },
    /// Volatile: the desk shows its agents the call as it is now.
    ShowDesk,
    /// Volatile: the agent who has the call gets the server's offer.
    OfferSeat { sdp: String },
    /// Volatile: the bridge is closed.
    CloseBridge,
}

/// An event of a call that a subscriber is told, in our words; `wire` gives it Meta's shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub call: CallId,
    pub page: PageId,
    pub psid: Psid,
    pub app: AppId,
    pub at: Time,
    pub kind: EventKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    Connect {
        direction: Direction,
    },
    Ringing,
    Accepted,
    MediaUpdate {
        version: u32,
        sdp: String,
    },
    /// The end, at the event's time; its status is the reason's.
    Terminate {
        reason: EndReason,
        connected_at: Option<Time>,
    },
}

impl Call {
    /// Owes an event to every app that was rung: how a call begins and ends.
    pub(crate) fn owe_rung(&self, at: Time, kind: &EventKind) -> impl Iterator<Item = Effect> {
        self.rung().iter().map(move |&app| self.owe_to(app, at, kind.clone()))
    }

    /// What the desk must be shown of a change; nothing of a call that is not at the desk.
    pub(crate) fn show_desk(&self) -> Option<Effect> {
        match self.business {
            Business::Desk(_) => Some(Effect::ShowDesk),
            Business::Apps { .. } => None,
        }
    }

    /// Owes an event to the app that owns the call. While nobody does, there is nobody to tell.
    pub(crate) fn owe_owner(&self, at: Time, kind: EventKind) -> Option<Effect> {
        self.app().map(|app| self.owe_to(app, at, kind))
    }

    fn owe_to(&self, app: AppId, at: Time, kind: EventKind) -> Effect {
        Effect::Owe(Event { call: self.id, page: self.page, psid: self.psid, app, at, kind })
    }
}
