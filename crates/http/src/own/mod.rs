//! Offhook's own API (`/offhook/v1`): the operator's directory, and a look at calls and deliveries.
//!
//! Plain JSON; lists are `{"data": […]}`, times are milliseconds since the epoch, ids are texts. Every request bears the
//! admin token, or the cookie of an operator who signed in with it. Whatever is refused is `{"error": {"name", "detail"}}`; a body with a field that the endpoint does not
//! know is refused too.

mod admin_token;
pub(crate) mod agents;
pub(crate) mod apps;
pub(crate) mod calls;
pub(crate) mod captures;
pub(crate) mod clock;
pub(crate) mod consumers;
pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod events;
mod extract;
mod fault_rule;
pub(crate) mod faults;
mod frame;
mod list;
pub(crate) mod listener;
pub(crate) mod page_tokens;
pub(crate) mod pages;
pub(crate) mod permissions;
pub(crate) mod reach;
pub(crate) mod redelivery;
mod refusal;
pub(crate) mod runs;
pub(crate) mod sdp;
mod statistics;
pub(crate) mod store;
pub(crate) mod thread;
pub(crate) mod timeline;

pub use admin_token::AdminToken;
pub(crate) use extract::Body;
pub(crate) use frame::{frame, in_sandbox};
pub(crate) use refusal::{Refusal, RefusalBody, unknown_path, unsupported_method};

/// Largest body of the own API.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;
