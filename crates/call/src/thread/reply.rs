//! The consumer answers a permission request.

use serde::{Deserialize, Serialize};

use crate::{Duration, Entry, EntryKind, Time};

/// How long a permission request can be answered: as long as the permission that it asks for would last.
pub const REQUEST_LIFE: Duration = crate::PERMISSION_LIFE;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PermissionResponse {
    Approve,
    Reject,
}

/// Why a reply changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReplyRefused {
    #[error("the entry is no permission request")]
    NoRequest,
    #[error("the request was answered before")]
    AlreadyAnswered,
    #[error("the request has expired")]
    Expired,
}

impl Entry {
    /// The entry with its answer.
    pub fn replied(self, response: PermissionResponse, now: Time) -> Result<Self, ReplyRefused> {
        match self.kind {
            EntryKind::PermissionRequest { reply: Some(_) } => Err(ReplyRefused::AlreadyAnswered),
            EntryKind::PermissionRequest { reply: None } if self.at + REQUEST_LIFE <= now => Err(ReplyRefused::Expired),
            EntryKind::PermissionRequest { reply: None } => {
                Ok(Self { kind: EntryKind::PermissionRequest { reply: Some(response) }, ..self })
            }
            EntryKind::Text { .. } | EntryKind::Template(_) | EntryKind::CallPrompt { .. } => {
                Err(ReplyRefused::NoRequest)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EntryId, PageId, Psid, Side};

    const NOW: Time = Time(1_790_000_000_000);

    fn entry(kind: EntryKind) -> Entry {
        Entry { id: EntryId([1; 32]), page: PageId(1), psid: Psid(2), at: NOW, from: Side::Business, kind }
    }

    #[test]
    fn a_request_is_answered_once_and_in_time() {
        let asked = || entry(EntryKind::PermissionRequest { reply: None });
        let end = NOW + REQUEST_LIFE;
        for response in [PermissionResponse::Approve, PermissionResponse::Reject] {
            let answered = asked().replied(response, end - Duration::from_millis(1)).unwrap();
            assert_eq!(answered, entry(EntryKind::PermissionRequest { reply: Some(response) }));
            assert_eq!(answered.replied(response, NOW), Err(ReplyRefused::AlreadyAnswered));
            assert_eq!(asked().replied(response, end), Err(ReplyRefused::Expired));
            assert_eq!(
                entry(EntryKind::Text { text: "Hi".to_owned() }).replied(response, NOW),
                Err(ReplyRefused::NoRequest)
            );
        }
    }
}
