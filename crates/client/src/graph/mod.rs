//! The calling API as a business uses it, typed. Works with Meta's Graph API and with any server that speaks it.
//!
//! [`Graph`] is one token's view of a server; each edge has a file here. Answers are read as tolerantly as Meta's pages
//! and SDKs demand, which disagree with each other: session descriptions as objects or texts, a call's id under either
//! name, objects bare or as the one entry of an edge, words in any case. What is refused comes back as
//! [`Error::Refused`] with Graph's error object whole, and [`Refusal::reason`] says in one enum what it means.

mod call_id;
mod calls;
mod client;
mod edge;
mod features;
mod messages;
mod metrics;
mod permissions;
mod reason;
mod refusal;
mod retry;
mod settings;
mod subscriptions;
mod track;

pub use call_id::{CallId, InvalidCallId};
pub(crate) use calls::Description;
pub use calls::{Answered, Connected, MediaUpdate, Negotiated};
pub use client::{Error, Graph, META};
pub(crate) use edge::number;
pub use features::FeatureStatus;
pub use messages::{Button, Element, Message, Sent};
pub use metrics::{AudioStats, CallMetrics, EndCallReason};
pub use offhook_call::{AppId, Day as Weekday, PageId, Psid};
pub use permissions::{Action, ActionLimit, CallPermissions, Permission};
pub use reason::Reason;
pub use refusal::Refusal;
pub use retry::Retries;
pub use settings::{CallHours, CallSettings, OperatingHours, RingTarget};
pub use subscriptions::{AppSubscription, PageSubscription, SubscribedField};
pub use track::{Track, TrackLabel, TrackStatus};
