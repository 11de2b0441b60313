//! Graph's edges (contract sections 1, 2 and 5).
//!
//! [`frame`] stands around every edge: versions, trace ids, panics and the error object. An endpoint takes a
//! [`GraphRequest`](request::GraphRequest), which is the contract's section 1, and returns a
//! [`Failure`](failure::Failure) for whatever goes wrong.

pub(crate) mod batch;
mod body;
mod busy;
pub(crate) mod call_metrics;
pub(crate) mod calls;
mod debug;
mod exchange;
mod failure;
mod fault;
pub(crate) mod feature_status;
mod frame;
mod idempotency;
pub(crate) mod messages;
mod noting;
pub(crate) mod permissions;
mod request;
pub(crate) mod settings;
pub(crate) mod subscribed_apps;
pub(crate) mod subscriptions;
mod tokens;
mod trace_id;
mod unknown;
mod usage;
mod whole;

pub(crate) use batch::{BATCH_BYTES_MAX, Edges};
pub(crate) use body::BodyBytesMax;
pub(crate) use frame::frame;
pub(crate) use tokens::bearer;
pub(crate) use unknown::{unknown_path, unsupported_method};
