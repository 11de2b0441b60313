//! What a business is told: signed webhooks, verified and read into typed events.
//!
//! [`open`] does both for a body that any web server received; [`Receiver`] is a small web server of its own. Events
//! come at least once, sometimes late and sometimes several in one body. What is not known here is an
//! [`Event::Other`] or a [`CallEventKind::Other`], never an error.
//!
//! ```
//! use offhook_client::webhook::{self, CallEventKind, Event};
//!
//! # let body = br#"{"object":"page","entry":[{"id":"1044","time":1790000000,"calls":[{"id":"c_A","event":"terminate",
//! #   "timestamp":1790000000,"status":"Completed","duration":12}]}]}"#;
//! # let (secret, header) = ("secret", webhook::sign("secret", body));
//! for event in webhook::open(secret, Some(&header), body)? {
//!     match event {
//!         Event::Call(event) => match event.kind {
//!             CallEventKind::Terminate(end) => println!("{} is over after {:?}", event.call, end.duration),
//!             other => println!("{}: {other:?}", event.call),
//!         },
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok::<(), webhook::Rejected>(())
//! ```

mod call_event;
mod event;
mod open;
mod read;
mod receiver;

pub use call_event::{CallEvent, CallEventKind, End};
pub use event::{Event, Incoming, IncomingKind, PermissionReply, SettingsUpdate};
pub use offhook_call::Status;
pub use offhook_wire::signature::{SIGNATURE_HEADER, sign, verify};
pub use open::{Rejected, open};
pub(crate) use read::events;
pub use receiver::{Arrival, Receiver};
