use offhook_call::{EntryId, Psid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::schema;

/// A message was sent. Meta's pages show the recipient flat and nested; both are here (contract section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageAnswer {
    pub recipient: Recipient,
    #[schema(value_type = schema::Psid)]
    pub recipient_id: Psid,
    #[schema(value_type = String, pattern = "^m_")]
    pub message_id: EntryId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recipient {
    #[schema(value_type = schema::Psid)]
    pub id: Psid,
}

impl MessageAnswer {
    pub fn new(to: Psid, message: EntryId) -> Self {
        Self { recipient: Recipient { id: to }, recipient_id: to, message_id: message }
    }
}
