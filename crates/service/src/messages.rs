//! A business writes to a consumer.

use offhook_call::{EntryId, EntryKind, NewMessage, PageId, Psid, Reach};
use offhook_store::{SendError, ThreadItem};

use crate::{Caller, DeviceEvent, Service};

/// What a business sends.
#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    pub to: Psid,
    pub kind: EntryKind,
    pub reach: Reach,
}

impl Service {
    /// Puts a message into the consumer's thread; connected devices show it at once.
    pub async fn send_message(&self, caller: Caller, message: OutgoingMessage) -> Result<EntryId, SendError> {
        self.send_for(caller.page, message).await
    }

    pub(crate) async fn send_for(&self, page: PageId, message: OutgoingMessage) -> Result<EntryId, SendError> {
        let OutgoingMessage { to: psid, kind, reach } = message;
        let new = NewMessage { id: EntryId(rand::random()), page, psid, kind, reach };
        self.meet(page, psid).await?;
        let entry = self.store().send(new, self.now(), &self.limits().thread).await?;
        let id = entry.id;
        self.inner.devices.tell(page, psid, &DeviceEvent::Entry(ThreadItem::Entry(entry)), |_| true);
        Ok(id)
    }
}
