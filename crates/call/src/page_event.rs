//! What happens on a Page and belongs to no call.

use serde::{Deserialize, Serialize};

use crate::{AppId, CallSettings, EntryId, Event, PageId, PermissionResponse, Psid, RingTarget, Time};

/// An event that an app is owed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owed {
    Call(Event),
    Page(PageEvent),
}

/// An event of a Page for one of the apps that are subscribed to its field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEvent {
    pub page: PageId,
    pub app: AppId,
    pub at: Time,
    pub kind: PageEventKind,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageEventKind {
    /// The consumer answered a permission request; `expires_at` only with an approval.
    PermissionReply { psid: Psid, response: PermissionResponse, expires_at: Option<Time> },
    /// A call gave permission without anybody saying so. Only apps that ask for it are told (compat switch).
    PermissionImplied { psid: Psid, expires_at: Time },
    /// The Page's call settings changed to these; `ring_target` is the one in force.
    SettingsChanged { settings: CallSettings, ring_target: RingTarget },
    /// The consumer wrote to the Page.
    Message { psid: Psid, id: EntryId, text: String },
    /// The consumer tapped a postback button; `id` is the entry that shows it.
    Postback { psid: Psid, id: EntryId, title: String, payload: String },
}

impl PageEventKind {
    /// The webhook field to which an app must be subscribed for it.
    pub fn field(&self) -> &'static str {
        match self {
            Self::PermissionReply { .. } | Self::PermissionImplied { .. } => "call_permission_reply",
            Self::SettingsChanged { .. } => "call_settings_update",
            Self::Message { .. } => "messages",
            Self::Postback { .. } => "messaging_postbacks",
        }
    }

    /// In whose thread it happened; `None`: on the Page itself.
    pub fn psid(&self) -> Option<Psid> {
        match self {
            Self::PermissionReply { psid, .. }
            | Self::PermissionImplied { psid, .. }
            | Self::Message { psid, .. }
            | Self::Postback { psid, .. } => Some(*psid),
            Self::SettingsChanged { .. } => None,
        }
    }
}
