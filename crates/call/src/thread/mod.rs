//! A consumer's thread with a Page: what stands in it, what the business may send, and what the consumer answers.

mod entry;
mod life;
mod reply;
mod send;
mod text;

pub use entry::{Button, Element, Entry, EntryKind, Template};
pub use life::{InvalidLife, LifeDays};
pub use reply::{PermissionResponse, REQUEST_LIFE, ReplyRefused};
pub use send::{NewMessage, Reach, SendFacts, SendRefused};
pub use text::{InvalidText, MessageText};
