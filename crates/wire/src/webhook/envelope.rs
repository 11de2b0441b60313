use offhook_call::{CallId, EndReason, PageId, Psid, Status};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::Sdp;

/// A webhook's body. A receiver must take several entries and several calls in each: Meta batches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// `page`.
    pub object: String,
    pub entry: Vec<Entry>,
}

/// What happened on one Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: PageId,
    /// Seconds since the epoch.
    pub time: i64,
    #[serde(default)]
    pub calls: Vec<CallEvent>,
}

/// One event of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallEvent {
    pub id: CallId,
    #[serde(flatten)]
    pub kind: CallEventKind,
    /// When it happened: seconds since the epoch.
    pub timestamp: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CallEventKind {
    /// A call begins. `from` is the caller and `to` the callee: a Page id and a psid, in the order of the direction.
    Connect { from: String, to: String, call_direction: CallDirection },
    /// The progress of a business-initiated call; `recipient_id` is the consumer.
    CallStatus { recipient_id: Psid, call_status: CallStatus },
    /// The server's own offer: apply it, answer locally. Of several, the highest version counts.
    MediaUpdate { session: MediaSession },
    /// The end. The times are absent if the business never connected; `duration` is in seconds, and readers take
    /// `null`, `""` and nothing for none: Meta's pages do not say which it is.
    Terminate {
        status: Status,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_time: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        end_time: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "length")]
        duration: Option<u64>,
        /// Offhook's own, if the app's compat switch `extensions` is on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offhook: Option<TerminateExtension>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallDirection {
    UserInitiated,
    BusinessInitiated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStatus {
    Ringing,
    Accepted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaSession {
    pub version: u32,
    pub sdp_renegotiation: Sdp,
}

/// What Offhook adds to the end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminateExtension {
    pub reason: EndReason,
}

fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Value::deserialize(deserializer)?.as_u64())
}
