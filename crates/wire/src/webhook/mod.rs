//! Webhooks in Meta's envelope: `{"object":"page","entry":[{"id","time",…}]}`. Calls are in `entry[].calls[]` with times
//! in seconds; what belongs to no call is in [`page_events`].
//!
//! The same types serialize what Offhook sends ([`render`]) and parse what a subscriber receives.

mod ascii;
mod envelope;
mod page_events;
mod render;

pub use envelope::{
    CallDirection, CallEvent, CallEventKind, CallStatus, Entry, Envelope, MediaSession, TerminateExtension,
};
pub use page_events::{
    MessagingEvent, MessagingKind, PageRecipient, PermissionReply, PermissionReplyEvent, QuotedSeconds, Sender,
    SettingsUpdate,
};
pub use render::render;
