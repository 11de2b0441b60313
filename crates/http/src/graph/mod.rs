//! Graph's edges (contract sections 1, 2 and 5).
//!
//! [`frame`] stands around every edge: versions, trace ids, panics and the error object. An endpoint takes a
//! [`GraphRequest`](request::GraphRequest), which is the contract's section 1, and returns a
//! [`Failure`](failure::Failure) for whatever goes wrong.

mod batch;
mod body;
mod busy;
mod call_metrics;
mod calls;
mod debug;
mod exchange;
mod failure;
mod feature_status;
mod frame;
mod idempotency;
mod messages;
mod permissions;
mod request;
mod settings;
mod subscribed_apps;
mod subscriptions;
mod tokens;
mod trace_id;
mod unknown;
mod usage;

pub(crate) use batch::{BATCH_BYTES_MAX, Edges, batch};
pub(crate) use body::BodyBytesMax;
pub(crate) use call_metrics::call_metrics;
pub(crate) use calls::calls;
pub(crate) use feature_status::feature_status;
pub(crate) use frame::frame;
pub(crate) use messages::send_message;
pub(crate) use permissions::call_permissions;
pub(crate) use settings::{call_settings, change_call_settings};
pub(crate) use subscribed_apps::{page_subscriptions, subscribe_page, unsubscribe_page};
pub(crate) use subscriptions::{app_subscription, subscribe_app};
pub(crate) use tokens::bearer;
pub(crate) use unknown::{unknown_path, unsupported_method};
