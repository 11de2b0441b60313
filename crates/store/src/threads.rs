use async_trait::async_trait;
use offhook_call::{
    Call, Entry, EntryId, MessageText, NewMessage, PageId, Permission, PermissionResponse, Psid, ReplyRefused,
    SendRefused, ThreadLimits, Time,
};

use crate::Error;

/// Consumers' threads: what the business sends, what the consumer says, and the calls between them.
#[async_trait]
pub trait Threads {
    /// Decides on a business's message with the facts of this moment ([`NewMessage::send`]) and keeps it.
    async fn send(&self, message: NewMessage, now: Time, limits: &ThreadLimits) -> Result<Entry, SendError>;

    /// The consumer writes: it opens the messaging window, and each app subscribed to `messages` is owed it.
    async fn say(&self, said: Said, now: Time, limits: &ThreadLimits) -> Result<Entry, ThreadError>;

    /// The consumer taps the postback button with this payload. Its title stands in the thread as the consumer's
    /// words; it opens the messaging window, and each app subscribed to `messaging_postbacks` is owed it.
    async fn tap(&self, tapped: Tapped, now: Time, limits: &ThreadLimits) -> Result<Entry, ThreadError>;

    /// The consumer answers a permission request; each app subscribed to `call_permission_reply` is owed it. An
    /// approval grants in the same transaction.
    async fn reply(
        &self,
        page: PageId,
        psid: Psid,
        entry: EntryId,
        response: PermissionResponse,
        now: Time,
    ) -> Result<Replied, ThreadError>;

    /// The newest entries and ended calls, at most `limit`, oldest first.
    async fn thread(&self, page: PageId, psid: Psid, limit: u32) -> Result<Vec<ThreadItem>, Error>;

    async fn entry(&self, page: PageId, psid: Psid, entry: EntryId) -> Result<Option<Entry>, Error>;
}

/// What a consumer writes.
#[derive(Debug, Clone)]
pub struct Said {
    pub page: PageId,
    pub psid: Psid,
    /// Of the entry that comes of it.
    pub id: EntryId,
    pub text: MessageText,
}

/// A button that a consumer tapped.
#[derive(Debug, Clone)]
pub struct Tapped {
    pub page: PageId,
    pub psid: Psid,
    /// Of the entry that comes of it.
    pub id: EntryId,
    /// The entry that has the button.
    pub entry: EntryId,
    pub payload: String,
}

/// An answered permission request, and the permission if it was approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replied {
    pub entry: Entry,
    pub permission: Option<Permission>,
}

/// What stands in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ThreadItem {
    Entry(Entry),
    /// A call that has ended; it stands where it ended.
    Call(Call),
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    #[error("no such consumer on this Page")]
    UnknownConsumer,
    #[error(transparent)]
    Refused(#[from] SendRefused),
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why nothing came of what a consumer did.
#[derive(Debug, thiserror::Error)]
pub enum ThreadError {
    #[error("no such consumer on this Page")]
    UnknownConsumer,
    #[error("the thread has no such entry")]
    UnknownEntry,
    #[error("the entry has no such button")]
    UnknownButton,
    #[error(transparent)]
    Refused(#[from] ReplyRefused),
    #[error(transparent)]
    Store(#[from] Error),
}
