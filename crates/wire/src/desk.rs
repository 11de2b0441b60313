//! Messages of the desk's channel (`/desk/v1`, JSON text frames); documented in docs/desk.md. It closes with the codes of
//! the consumer's channel.

use offhook_call::{AgentId, CallId, DeviceId, EndReason, MessageText, PageId, Psid, Status, Time};
use serde::{Deserialize, Serialize};

use crate::consumer::{PermissionInfo, Tracks};

/// What an agent's device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentMessage {
    /// Always first: which device this is. It keeps its name across reconnects and reloads. Who the agent is, the cookie
    /// says.
    Hello {
        device: DeviceId,
    },
    /// The agent takes calls, or no more.
    Free {
        free: bool,
    },
    /// Picks up what rings, with an SDP offer.
    Accept {
        call: CallId,
        sdp: String,
    },
    /// Does not want what rings; it rings on at the others.
    Refuse {
        call: CallId,
    },
    /// Goes on with the agent's call at this device, with an SDP offer: after a reload, or from another device.
    Resume {
        call: CallId,
        sdp: String,
    },
    /// Changes the media of the call that this device has: a new SDP offer, tracks switched on or off, or both.
    Update {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
        #[serde(default, skip_serializing_if = "Tracks::is_empty")]
        tracks: Tracks,
    },
    /// Lets the consumer wait, or goes on talking.
    Hold {
        call: CallId,
        on: bool,
    },
    /// Offers the call to another agent, who is free.
    HandOver {
        call: CallId,
        to: AgentId,
    },
    HangUp {
        call: CallId,
    },
    /// Calls a consumer, with an SDP offer.
    Dial {
        page: PageId,
        psid: Psid,
        sdp: String,
    },
    /// Asks the consumer whether the business may call.
    RequestPermission {
        page: PageId,
        psid: Psid,
    },
    /// Notes something about a call.
    Note {
        call: CallId,
        text: MessageText,
    },
    /// Asks for the consumers of a Page whose names have this text in them.
    Consumers {
        page: PageId,
        text: String,
    },
    /// Asks for one consumer of a Page, and for what was before with them.
    Consumer {
        page: PageId,
        psid: Psid,
    },
    /// Asks for the newest calls of the agent's Pages.
    History {},
}

/// What the server says to an agent's device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum DeskMessage {
    /// The answer to `hello`. A board follows.
    Welcome {
        agent: AgentId,
        name: String,
        pages: Vec<DeskPage>,
    },
    /// What the agent is shown from now on.
    Board {
        free: bool,
        ringing: Vec<DeskCall>,
        call: Option<Box<DeskCall>>,
        colleagues: Vec<Colleague>,
    },
    /// The answer to `accept` and `resume`: an SDP answer.
    Accepted {
        call: CallId,
        sdp: String,
    },
    /// The answer to `dial`.
    Dialed {
        call: CallId,
        ring_until: Time,
        sdp: String,
    },
    /// The answer to `update`: an SDP answer, if there was an offer.
    Updated {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
    },
    /// The server's own offer: apply it, create an answer and apply that locally; nothing is sent back.
    Offer {
        call: CallId,
        version: u32,
        sdp: String,
    },
    /// Another agent, or another device of this one, has the call.
    AnsweredElsewhere {
        call: CallId,
    },
    /// Another agent has taken over the call that this one had.
    HandedOver {
        call: CallId,
    },
    Ended {
        call: CallId,
        status: Status,
        reason: EndReason,
        seconds: u64,
    },
    /// The answer to `request_permission`: the consumer is asked.
    PermissionRequested {
        page: PageId,
        psid: Psid,
    },
    /// The answer to `note`.
    Noted {
        call: CallId,
    },
    /// The answer to `consumers`: by name, at most 50.
    Consumers {
        page: PageId,
        consumers: Vec<DeskConsumer>,
    },
    /// The answer to `consumer`, with their calls that are over: the newest first, at most 20.
    Consumer {
        page: PageId,
        #[serde(flatten)]
        consumer: DeskConsumer,
        calls: Vec<PastCall>,
    },
    /// The answer to `history`: the newest first, at most 100.
    History {
        calls: Vec<PastCall>,
    },
    /// A message was refused; nothing changed.
    Error {
        call: Option<CallId>,
        error: String,
        detail: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskPage {
    pub id: PageId,
    pub name: String,
    /// Video may be sent.
    pub video: bool,
}

/// A live call of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskCall {
    pub id: CallId,
    pub page: PageId,
    pub psid: Psid,
    /// Of the consumer.
    pub name: String,
    pub state: DeskCallState,
    pub created_at: Time,
    pub ring_until: Time,
    /// When the parties were connected; null before.
    pub since: Option<Time>,
    /// The agent who has it.
    pub agent: Option<AgentId>,
    /// This device has it; false: another one, where the agent may go on with `resume`.
    pub mine: bool,
    /// Since when the consumer waits; null if they do not.
    pub held_since: Option<Time>,
    /// The agent at whom it rings to take it over.
    pub to: Option<AgentId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeskCallState {
    /// The agent calls; no device of the consumer rings yet.
    Dialing,
    /// The agent calls, and it rings at the consumer's.
    Ringing,
    /// The consumer calls and waits.
    Calling,
    Connected,
}

/// Another agent who is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub id: AgentId,
    pub name: String,
    pub pages: Vec<PageId>,
    pub state: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes calls and has none.
    Free,
    /// Has a call.
    Busy,
    /// Takes no calls.
    Away,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskConsumer {
    pub psid: Psid,
    pub name: String,
    pub permission: PermissionInfo,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastCall {
    pub id: CallId,
    pub page: PageId,
    pub psid: Psid,
    pub name: String,
    pub at: Time,
    /// The consumer called.
    pub incoming: bool,
    /// Null while it is not over.
    pub reason: Option<EndReason>,
    /// How long the parties were connected; null if they never were, or it is not over.
    pub seconds: Option<u64>,
    /// The name of the agent who had it last.
    pub agent: Option<String>,
    pub notes: Vec<CallNote>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallNote {
    pub at: Time,
    /// The agent's name.
    pub author: String,
    pub text: MessageText,
}
