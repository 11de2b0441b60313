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
pub mod desk;
mod error;
mod feature_status;
mod fields;
pub mod finding;
mod messages;
mod parameters;
mod permissions;
pub mod schema;
mod sdp;
mod settings;
pub mod signature;
mod subscriptions;
mod thread;
mod timeline;
mod version;
pub mod webhook;

pub use batch::{BatchAnswer, BatchBody, BatchForm, BatchHeader, BatchMethod, BatchOperation, BatchRequest};
pub use call_metrics::{CallMetrics, CallMetricsBody, MetricsReport};
pub use calls::{
    CallAnswer, CallBody, CallRequest, CallSession, LabelBody, MediaChange, Platform, SwitchBody, TrackBody,
};
pub use compat::{
    Compat, CompatPatch, CompatRefused, ConnectParties, EdgeShape, EmptyDuration, PermissionNames, SdpShape,
    StatusCase, Toggle, VersionConflict,
};
pub use debug::{DebugKind, DebugLevel, DebugMessage};
pub use error::{ErrorBody, ErrorObject, GraphError, ProofProblem, RateScope, RequestLimit, TokenProblem};
pub use feature_status::{Feature, FeatureAnswer, FeatureBody, FeatureQuery, FeatureStatus};
pub use fields::{Fields, FieldsParams};
pub use messages::{MessageAnswer, MessageBody, MessageRequest, Recipient};
pub use parameters::Parameters;
pub use permissions::{
    Action, ActionLimit, CallPermissions, PermissionAnswer, PermissionBody, PermissionParams, PermissionQuery,
};
pub use sdp::{Sdp, SdpType};
pub use settings::{
    CallRouting, OperatingHours, RingTargetName, SettingsAnswer, SettingsBody, SettingsChanged, SettingsParams,
    SettingsQuery, WeeklyHours, parse_settings_change,
};
pub use subscriptions::{
    AppSubscriptionAnswer, Data, PAGE_FIELDS, PageSubscriptionAnswer, SubscribeApp, SubscribeAppBody, SubscribePage,
    SubscribePageBody, SubscribedField, Success,
};
pub use thread::{CallOutcome, Party, ThreadButton, ThreadCard, ThreadEntry, ThreadEntryKind};
pub use timeline::{LegReportShown, PathShown, TimelineEvent, TimelineItem, TimelineShown};
pub use version::{GraphVersion, UnsupportedVersion};
