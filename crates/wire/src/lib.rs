//! The shapes on the wire: Graph's requests, answers, errors and webhooks, and the consumer protocol's messages.
//!
//! Apart from domain types on purpose: one conversion each way, here. Requests are parsed from one merged
//! [`Parameters`] map into types that cannot be wrong ([`CallRequest`], [`SubscribeApp`], …); whatever goes wrong is a
//! [`GraphError`], whose numbers stand in one exhaustive match. Answers and webhooks serialize and deserialize, because
//! both ends of the wire use them. Where Meta contradicts itself, an app's [`Compat`] decides how they are rendered.

mod batch;
mod call_metrics;
mod calls;
mod compat;
pub mod consumer;
mod debug;
mod error;
mod feature_status;
mod fields;
mod messages;
mod parameters;
mod permissions;
mod sdp;
mod settings;
pub mod signature;
mod subscriptions;
mod thread;
mod version;
pub mod webhook;

pub use batch::{BatchAnswer, BatchBody, BatchHeader, BatchMethod, BatchOperation, BatchRequest};
pub use call_metrics::{CallMetrics, MetricsReport};
pub use calls::{CallAnswer, CallRequest, CallSession, MediaChange};
pub use compat::{
    Compat, CompatPatch, CompatRefused, ConnectParties, EdgeShape, EmptyDuration, PermissionNames, SdpShape,
    StatusCase, Toggle,
};
pub use debug::{DebugKind, DebugLevel, DebugMessage};
pub use error::{ErrorBody, ErrorObject, GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};
pub use feature_status::{Feature, FeatureAnswer, FeatureQuery, FeatureStatus};
pub use fields::Fields;
pub use messages::{MessageAnswer, MessageRequest, Recipient};
pub use parameters::Parameters;
pub use permissions::{Action, ActionLimit, CallPermissions, PermissionAnswer, PermissionQuery};
pub use sdp::{Sdp, SdpType};
pub use settings::{
    CallRouting, OperatingHours, RingTargetName, SettingsAnswer, SettingsChanged, SettingsQuery, WeeklyHours,
    parse_settings_change,
};
pub use subscriptions::{
    AppSubscriptionAnswer, Data, PageSubscriptionAnswer, SubscribeApp, SubscribePage, SubscribedField, Success,
};
pub use thread::{CallOutcome, Party, ThreadButton, ThreadCard, ThreadEntry, ThreadEntryKind};
pub use version::{GraphVersion, UnsupportedVersion};
