use serde::{Deserialize, Serialize};

use super::leg::{LegEvent, LegReport};
use crate::{AppId, DeviceId, Seat, Side, State};

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Microseconds since the Unix epoch, by the server's clock as it stood then.
    pub at_us: i64,
    pub what: Happening,
}

/// What happened. Bodies and messages are JSON as text, without tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// An app asked the API for something that is about the call.
    Request {
        app: AppId,
        method: String,
        path: String,
        /// `connect`, `accept`, …; `None`: the path says it all.
        action: Option<String>,
        /// Of the answer too, which has the same.
        trace: String,
        body: String,
    },
    Answer {
        trace: String,
        status: u16,
        /// Stable name of the error.
        error: Option<String>,
        took_us: u64,
        body: String,
    },
    /// The call is in this state from now on.
    State(State),
    /// A device of the consumer told the server.
    Said {
        device: DeviceId,
        message: String,
    },
    /// The server told a device of the consumer.
    Told {
        device: DeviceId,
        message: String,
    },
    /// An agent's device told the server.
    AgentSaid {
        seat: Seat,
        message: String,
    },
    /// The server told an agent's device. Of a board it is what shows this call.
    AgentTold {
        seat: Seat,
        message: String,
    },
    /// A webhook was tried. Its bytes and the answer stand with the delivery.
    Webhook {
        delivery: i64,
        /// Counts the tries of the delivery from 1.
        number: u32,
        status: Option<u16>,
        took_us: u64,
    },
    /// A session description that is in force, or was offered to a party.
    Sdp {
        /// Whose leg it describes.
        side: Side,
        author: Author,
        role: SdpRole,
        text: String,
    },
    Leg {
        side: Side,
        event: LegEvent,
    },
    /// How the legs did since the report before.
    Report(Vec<LegReport>),
    /// A fault that was asked for struck.
    Fault {
        /// Its name.
        fault: String,
        detail: String,
    },
    /// The server's clock was turned; stamps after this are by the turned clock.
    ClockTurned {
        by_ms: i64,
    },
    /// So many entries were here that are left out: there were too many.
    LeftOut {
        entries: u64,
    },
}

/// Who wrote a session description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Party,
    Server,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SdpRole {
    Offer,
    Answer,
}

impl Happening {
    /// Whether there may be many of the kind, each of which tells little.
    pub(super) fn is_detail(&self) -> bool {
        match self {
            Self::Report(_) => true,
            Self::Leg { event, .. } => event.is_detail(),
            Self::Request { .. }
            | Self::Answer { .. }
            | Self::State(_)
            | Self::Said { .. }
            | Self::Told { .. }
            | Self::AgentSaid { .. }
            | Self::AgentTold { .. }
            | Self::Webhook { .. }
            | Self::Sdp { .. }
            | Self::Fault { .. }
            | Self::ClockTurned { .. }
            | Self::LeftOut { .. } => false,
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let texts = match self {
            Self::Request { method, path, action, trace, body, .. } => {
                method.len() + path.len() + action.as_ref().map_or(0, String::len) + trace.len() + body.len()
            }
            Self::Answer { trace, error, body, .. } => trace.len() + error.as_ref().map_or(0, String::len) + body.len(),
            Self::Said { message, .. }
            | Self::Told { message, .. }
            | Self::AgentSaid { message, .. }
            | Self::AgentTold { message, .. } => message.len(),
            Self::Sdp { text, .. } => text.len(),
            Self::Fault { fault, detail } => fault.len() + detail.len(),
            Self::Report(legs) => legs.len() * size_of::<LegReport>(),
            Self::State(_)
            | Self::Webhook { .. }
            | Self::Leg { .. }
            | Self::ClockTurned { .. }
            | Self::LeftOut { .. } => 0,
        };
        size_of::<TimelineEntry>() + texts
    }
}
