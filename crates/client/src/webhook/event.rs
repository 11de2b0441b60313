use serde_json::Value;

use super::CallEvent;
use crate::graph::{CallSettings, PageId, Psid};

/// Something that happened on a Page.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Call(CallEvent),
    PermissionReply(PermissionReply),
    Settings(SettingsUpdate),
    /// From the consumer's thread.
    Incoming(Incoming),
    /// Anything else, as it came: an item of an entry, or an entry that holds nothing known.
    Other(Value),
}

/// A consumer answered a permission request (`call_permission_reply`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionReply {
    pub page: Option<PageId>,
    pub consumer: Psid,
    pub approved: bool,
    /// Seconds since the epoch; only of an approval.
    pub expires_at: Option<i64>,
}

/// The Page's call settings changed (`call_settings_update`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsUpdate {
    pub page: PageId,
    pub settings: CallSettings,
}

/// What a consumer did in the thread.
#[derive(Debug, Clone, PartialEq)]
pub struct Incoming {
    pub page: Option<PageId>,
    pub consumer: Psid,
    /// Milliseconds since the epoch.
    pub at: Option<i64>,
    pub kind: IncomingKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum IncomingKind {
    /// `messages`.
    Message { message_id: String, text: Option<String> },
    /// A button was tapped (`messaging_postbacks`).
    Postback { title: Option<String>, payload: String },
}
