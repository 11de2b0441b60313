//! Messages of the consumer's channel (`/consumer/v1`, JSON text frames); documented in docs/consumer-protocol.md.

use offhook_call::{CallId, DeviceId, EndReason, PageId, Psid, Status, Time};
use serde::{Deserialize, Serialize};

/// WebSocket close codes of the consumer's channel.
pub mod close_code {
    /// A first message that is no `hello`, a binary message, or one that is too large.
    pub const BAD_MESSAGE: u16 = 4400;
    /// The token is missing, unknown or expired.
    pub const BAD_TOKEN: u16 = 4401;
    /// No `hello` within ten seconds.
    pub const HELLO_TIMEOUT: u16 = 4408;
    /// The same device connected again; this connection is the older one.
    pub const REPLACED: u16 = 4409;
    /// The consumer has too many other devices connected.
    pub const TOO_MANY_DEVICES: u16 = 4429;
    /// The server is stopping; connect again soon.
    pub const GOING_AWAY: u16 = 1001;
    /// A bug or a broken store; the server's log has it.
    pub const INTERNAL: u16 = 1011;
}

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeviceMessage {
    /// Always first: who this is. A device keeps its name across reconnects and reloads.
    Hello {
        token: String,
        device: DeviceId,
    },
    /// The incoming call is shown.
    Ringing {
        call: CallId,
    },
    /// Picks up, with an SDP offer.
    Accept {
        call: CallId,
        sdp: String,
    },
    /// Picks a call that this device is in up again with a new SDP offer, after its media was lost (a reload).
    Resume {
        call: CallId,
        sdp: String,
    },
    Decline {
        call: CallId,
    },
    HangUp {
        call: CallId,
    },
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`. `call` is the consumer's live call, to be picked up again.
    Welcome {
        page: PageInfo,
        psid: Psid,
        name: String,
        call: Option<LiveCall>,
    },
    /// The business calls.
    Incoming {
        call: CallId,
        page: PageInfo,
        ring_until: Time,
    },
    /// The answer to `accept` and `resume`: an SDP answer.
    Accepted {
        call: CallId,
        sdp: String,
    },
    /// The server's own offer: apply it, create an answer and apply that locally; nothing is sent back.
    Offer {
        call: CallId,
        version: u32,
        sdp: String,
    },
    /// The answer to `call`: the call waits for the business until `ring_until`; `sdp` is the SDP answer.
    Calling {
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
    /// The business picked up the call that this device waits in. An offer follows.
    Answered {
        call: CallId,
        since: Time,
    },
    /// Another device of this consumer picked up.
    AnsweredElsewhere {
        call: CallId,
    },
    Ended {
        call: CallId,
        status: Status,
        reason: EndReason,
        seconds: u64,
    },
    /// A message was refused; nothing changed.
    Error {
        call: Option<CallId>,
        error: String,
        detail: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInfo {
    pub id: PageId,
    pub name: String,
}

/// A live call as a device finds it when it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LiveCall {
    Ringing {
        id: CallId,
        ring_until: Time,
    },
    /// The consumer calls and nobody has answered yet. `mine`: this device waits.
    Calling {
        id: CallId,
        ring_until: Time,
        mine: bool,
    },
    /// `mine`: this device is in the call and may resume it.
    Connected {
        id: CallId,
        since: Time,
        mine: bool,
    },
}
