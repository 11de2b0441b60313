use offhook_call::{EntryId, Psid};
use serde::{Deserialize, Serialize};

/// A message was sent. Meta's pages show the recipient flat and nested; both are here (contract section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageAnswer {
    pub recipient: Recipient,
    pub recipient_id: Psid,
    pub message_id: EntryId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub id: Psid,
}

impl MessageAnswer {
    pub fn new(to: Psid, message: EntryId) -> Self {
        Self { recipient: Recipient { id: to }, recipient_id: to, message_id: message }
    }
}
