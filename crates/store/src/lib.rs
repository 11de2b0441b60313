//! Where the truth is kept: calls, permissions, the directory of apps, Pages and consumers, who is signed in, and the webhook outbox.
//!
//! One trait per use case, so that each caller names only what it needs; [`Sqlite`] is the implementation. A change
//! and the webhooks it owes commit in one transaction. A call is read, decided on (by `offhook-call`, which is pure)
//! and written inside the store's own transaction, so concurrent commands on a call are serial on every backend.

mod agents;
mod calls;
mod deliveries;
mod directory;
mod endpoints;
mod error;
mod metrics;
mod outbox;
mod permissions;
mod sandbox;
mod sessions;
mod settings;
mod sqlite;
mod statistics;
mod subscriptions;
mod threads;
mod timelines;
mod turning;
mod upkeep;

pub use agents::{Agent, AgentChange, AgentError, Agents, NewAgent, Note, NoteError};
pub use calls::{Answered, CallBusinessError, Calls, ConnectError, ConnectOutcome, Idempotency};
pub use deliveries::{Deliveries, DeliveryFilter, DeliveryState, DeliveryStatus, PastAttempt, Redelivered};
pub use directory::{
    App, AppChange, Consumer, ConsumerFilter, ConsumerToken, Directory, NewApp, NewConsumer, NewPage, OldSecret, Page,
    PageChange, PageToken, TokenHash,
};
pub use endpoints::{Endpoint, EndpointHealth, Endpoints, HealthChange, HealthRules};
pub use error::Error;
pub use metrics::{Metrics, SubmittedMetrics};
pub use outbox::{Attempt, AttemptOutcome, DeliveryId, LeaseLimits, Leased, Outbox, Subject};
pub use permissions::{CallUsage, Permissions};
pub use sandbox::{Hands, Order, Sandbox};
pub use sessions::{Session, Sessions};
pub use settings::{Settings, SettingsError, SettingsInForce};
pub use sqlite::{Capacity, Checked, Render, SetAsideError, Sqlite, check, copy, note_check, set_aside};
pub use statistics::Statistics;
pub use subscriptions::{AppSubscription, Field, PageSubscription, Subscriptions};
pub use threads::{Replied, Said, SendError, Tapped, ThreadError, ThreadItem, Threads};
pub use timelines::{TimelinePart, Timelines};
pub use turning::Turning;
pub use upkeep::{Counts, Inventory, LastCheck, Sizes, Upkeep};

/// Everything that a store does.
pub trait Store:
    Agents
    + Calls
    + Deliveries
    + Directory
    + Endpoints
    + Metrics
    + Outbox
    + Permissions
    + Sandbox
    + Sessions
    + Settings
    + Statistics
    + Subscriptions
    + Threads
    + Timelines
    + Turning
    + Upkeep
    + Send
    + Sync
    + 'static
{
}

impl<T> Store for T where
    T: Agents
        + Calls
        + Deliveries
        + Directory
        + Endpoints
        + Metrics
        + Outbox
        + Permissions
        + Sandbox
        + Sessions
        + Settings
        + Statistics
        + Subscriptions
        + Threads
        + Timelines
        + Turning
        + Upkeep
        + Send
        + Sync
        + 'static
{
}
