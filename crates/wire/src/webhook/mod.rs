//! Webhooks of calls in Meta's envelope: `{"object":"page","entry":[{"id","time","calls":[…]}]}`. Times are seconds.
//!
//! The same types serialize what Offhook sends ([`render`]) and parse what a subscriber receives.

mod ascii;
mod envelope;
mod render;

pub use envelope::{
    CallDirection, CallEvent, CallEventKind, CallStatus, Entry, Envelope, MediaSession, TerminateExtension,
};
pub use render::render;
