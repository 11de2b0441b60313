use offhook_call::{CallId, EndReason, PageId, Psid, Status};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::page_events::{MessagingEvent, PermissionReplyEvent, SettingsUpdate};
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
    /// When: seconds since the epoch, milliseconds if it is about `messaging`.
    pub time: i64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallEvent>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messaging: Vec<MessagingEvent>,
    #[serde(flatten)]
    pub permission_reply: Option<PermissionReplyEvent>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_settings: Option<SettingsUpdate>,
}

impl Entry {
    /// An entry in which nothing is told yet.
    pub(super) fn at(id: PageId, time: i64) -> Self {
        Self { id, time, calls: Vec::new(), messaging: Vec::new(), permission_reply: None, call_settings: None }
    }
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
