//! Offhook's own API (`/offhook/v1`): the operator's directory, and a look at calls and deliveries.
//!
//! Plain JSON; lists are `{"data": […]}`, times are milliseconds since the epoch, ids are texts. Every request bears the
//! admin token. Whatever is refused is `{"error": {"name", "detail"}}`; a body with a field that the endpoint does not
//! know is refused too.

mod admin_token;
mod apps;
mod calls;
mod consumers;
mod deliveries;
mod extract;
mod frame;
mod list;
mod page_tokens;
mod pages;
mod permissions;
mod refusal;
mod thread;

pub use admin_token::AdminToken;
pub(crate) use apps::{app, apps, change_app, create_app};
pub(crate) use calls::{call, calls};
pub(crate) use consumers::{consumers, create_consumer, create_consumer_token};
pub(crate) use deliveries::deliveries;
pub(crate) use frame::frame;
pub(crate) use page_tokens::{create_page_token, page_tokens, revoke_page_token};
pub(crate) use pages::{create_page, pages};
pub(crate) use permissions::{grant, revoke};
pub(crate) use refusal::{unknown_path, unsupported_method};
pub(crate) use thread::thread;

/// Largest body of the own API.
pub(crate) const BODY_BYTES_MAX: usize = 64 * 1024;
