use offhook_call::{
    AgentId, AppId, Author, CallId, DeviceId, EndReason, Happening, LegEvent, SdpRole, Seat, Side, State, Status,
    TrackLabel,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::leg::{LegReportShown, PathShown, ms, side_name};
use crate::schema;

/// Everything about a call, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineShown {
    #[schema(value_type = schema::CallId)]
    pub call_id: CallId,
    pub entries: Vec<TimelineItem>,
}

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TimelineItem {
    /// Microseconds since the Unix epoch, by the server's clock as it stood then. Entries stand in the order in which things
    /// happened, even if that clock was turned.
    pub at_us: i64,
    #[serde(flatten)]
    pub event: TimelineEvent,
}

/// What happened. `side` is whose leg it was: `business` or `consumer`. Bodies are without tokens, and session descriptions
/// that were taken stand in entries of their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimelineEvent {
    /// An app asked the API.
    Request {
        #[schema(value_type = schema::AppId)]
        app_id: AppId,
        method: String,
        path: String,
        /// `connect`, `accept`, …; null if the path says it all.
        action: Option<String>,
        /// `x-fb-trace-id`, which its answer has too.
        trace: String,
        #[schema(value_type = Object)]
        body: Value,
    },
    /// The API's answer.
    Answer {
        trace: String,
        status: u16,
        /// Stable name of the error; null if it is none.
        error: Option<String>,
        took_ms: f64,
        #[schema(value_type = Object)]
        body: Value,
    },
    /// The call is in this state from now on: `dialing`, `ringing`, `calling`, `connected` or `ended`.
    State {
        state: String,
        /// The consumer's device that is in the call.
        #[schema(value_type = Option<schema::DeviceId>)]
        device: Option<DeviceId>,
        /// `Completed` or `Failed`, of an end.
        #[schema(value_type = Option<String>)]
        status: Option<Status>,
        #[schema(value_type = Option<String>)]
        reason: Option<EndReason>,
    },
    /// A device of the consumer told the server.
    DeviceSaid {
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
        #[schema(value_type = Object)]
        message: Value,
    },
    /// The server told a device of the consumer.
    DeviceTold {
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
        #[schema(value_type = Object)]
        message: Value,
    },
    /// An agent's device told the server.
    AgentSaid {
        #[schema(value_type = schema::AgentId)]
        agent_id: AgentId,
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
        #[schema(value_type = Object)]
        message: Value,
    },
    /// The server told an agent's device. Of a `board` it is what shows this call.
    AgentTold {
        #[schema(value_type = schema::AgentId)]
        agent_id: AgentId,
        #[schema(value_type = schema::DeviceId)]
        device: DeviceId,
        #[schema(value_type = Object)]
        message: Value,
    },
    /// A webhook was tried; `at_us` is when that began.
    Webhook {
        delivery_id: i64,
        /// Null if the delivery is kept no longer.
        #[schema(value_type = Option<schema::AppId>)]
        app_id: Option<AppId>,
        /// Which try of it, from 1.
        attempt: u32,
        /// HTTP status; null if there was no answer.
        status: Option<u16>,
        took_ms: f64,
        /// What was sent.
        #[schema(value_type = Object)]
        body: Value,
        /// The first 4 KiB of the answer, or why there was none.
        response: Option<String>,
        /// The fault of a sandbox that struck it: its id and name.
        fault: Option<String>,
    },
    /// A session description that is in force, or was offered to a party.
    Sdp {
        /// Whose leg it describes.
        side: String,
        /// `party` or `server`.
        author: String,
        /// `offer` or `answer`.
        role: String,
        text: String,
        /// Lines that differ from the one before of the same side and author, with `+`, `-` or a blank before each; null if
        /// there was none before.
        changes: Option<Vec<String>>,
    },
    /// The first authentic connectivity check from an address.
    IceChecked {
        side: String,
        path: PathShown,
    },
    /// What is sent to the party goes this way from now on.
    IceSelected {
        side: String,
        path: PathShown,
    },
    /// The party's first DTLS datagram came.
    DtlsBegun {
        side: String,
    },
    DtlsConnected {
        side: String,
        version: String,
        srtp_profile: String,
    },
    /// The party closed DTLS.
    DtlsClosed {
        side: String,
    },
    /// The first authentic packet of a track that the party sends.
    FirstPacket {
        side: String,
        #[schema(value_type = String)]
        track: TrackLabel,
    },
    /// The party pressed a key and let it go.
    Key {
        side: String,
        /// Null unless keys are recorded (`timeline.keys`).
        #[schema(value_type = Option<String>)]
        key: Option<char>,
        held_ms: u32,
    },
    LegLost {
        side: String,
        why: String,
    },
    /// How the legs did since the report before.
    Report {
        legs: Vec<LegReportShown>,
    },
    /// A fault that was asked for struck.
    Fault {
        fault: String,
        detail: String,
    },
    ClockTurned {
        by_ms: i64,
    },
    /// So many entries are left out here: there were too many.
    LeftOut {
        entries: u64,
    },
}

impl TimelineEvent {
    /// What of it can be said without anything else: a webhook is without its bytes, an SDP without what changed.
    pub fn of(what: Happening) -> Self {
        match what {
            Happening::Request { app, method, path, action, trace, body } => {
                Self::Request { app_id: app, method, path, action, trace, body: json_of(body) }
            }
            Happening::Answer { trace, status, error, took_us, body } => {
                Self::Answer { trace, status, error, took_ms: ms(took_us), body: json_of(body) }
            }
            Happening::State(state) => Self::of_state(state),
            Happening::Said { device, message } => Self::DeviceSaid { device, message: json_of(message) },
            Happening::Told { device, message } => Self::DeviceTold { device, message: json_of(message) },
            Happening::AgentSaid { seat: Seat { agent, device }, message } => {
                Self::AgentSaid { agent_id: agent, device, message: json_of(message) }
            }
            Happening::AgentTold { seat: Seat { agent, device }, message } => {
                Self::AgentTold { agent_id: agent, device, message: json_of(message) }
            }
            Happening::Webhook { delivery, number, status, took_us } => Self::Webhook {
                delivery_id: delivery,
                app_id: None,
                attempt: number,
                status,
                took_ms: ms(took_us),
                body: Value::Null,
                response: None,
                fault: None,
            },
            Happening::Sdp { side, author, role, text } => Self::Sdp {
                side: side_name(side).to_owned(),
                author: match author {
                    Author::Party => "party".to_owned(),
                    Author::Server => "server".to_owned(),
                },
                role: match role {
                    SdpRole::Offer => "offer".to_owned(),
                    SdpRole::Answer => "answer".to_owned(),
                },
                text,
                changes: None,
            },
            Happening::Leg { side, event } => Self::of_leg(side, event),
            Happening::Report(legs) => Self::Report { legs: legs.into_iter().map(LegReportShown::from).collect() },
            Happening::Fault { fault, detail } => Self::Fault { fault, detail },
            Happening::ClockTurned { by_ms } => Self::ClockTurned { by_ms },
            Happening::LeftOut { entries } => Self::LeftOut { entries },
        }
    }

    fn of_state(state: State) -> Self {
        let (name, device, ended) = match state {
            State::Dialing => ("dialing", None, None),
            State::Ringing { .. } => ("ringing", None, None),
            State::Calling { device } => ("calling", Some(device), None),
            State::Connected { device, .. } => ("connected", Some(device), None),
            State::Ended(ended) => ("ended", None, Some(ended.reason)),
        };
        Self::State { state: name.to_owned(), device, status: ended.map(EndReason::status), reason: ended }
    }

    fn of_leg(side: Side, event: LegEvent) -> Self {
        let side = side_name(side).to_owned();
        match event {
            LegEvent::Checked(path) => Self::IceChecked { side, path: path.into() },
            LegEvent::Selected(path) => Self::IceSelected { side, path: path.into() },
            LegEvent::DtlsBegun => Self::DtlsBegun { side },
            LegEvent::DtlsConnected(dtls) => {
                Self::DtlsConnected { side, version: dtls.version, srtp_profile: dtls.srtp_profile }
            }
            LegEvent::DtlsClosed => Self::DtlsClosed { side },
            LegEvent::FirstPacket { track } => Self::FirstPacket { side, track },
            LegEvent::Key { key, held_ms } => Self::Key { side, key, held_ms },
            LegEvent::Lost { why } => Self::LegLost { side, why },
        }
    }
}

/// A body as what it is; one that was cut, or is no JSON, is text.
fn json_of(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
