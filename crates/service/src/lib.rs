//! The use cases: load what is needed, let `offhook-call` decide, commit, then act.
//!
//! [`Service`] is what the HTTP layer calls; one file per use case. Its outside world is behind ports ([`Media`],
//! [`Clock`], [`CallbackCheck`], [`Webhooks`]), so it sees no socket, no SQL and no media stack. Volatile effects (media, device messages, timers)
//! go out after the commit and are idempotent; [`Service::reconcile`] derives again what was lost.

mod action;
mod advance;
mod auth;
mod capture;
mod clock;
mod connect;
mod deliveries;
mod desk;
mod device;
mod directory;
mod drain;
mod driver;
mod effects;
mod faults;
mod guests;
mod hours;
mod listen;
mod messages;
mod metrics;
mod permissions;
pub mod port;
mod rate;
mod reach;
mod reconcile;
mod sdp;
mod service;
mod sessions;
mod settings;
mod statistics;
mod subscriptions;
mod thread;
mod timeline;
mod timers;
mod turns;
mod upkeep;
mod usage;
mod video;

pub use action::{ActionError, MediaAnswer, MediaUpdate};
pub use advance::{ADVANCE_MAX, Advance, ClockError, ClockReading};
pub use auth::{AuthError, Caller};
pub use capture::{Armed, Capture, CaptureState, CapturedPacket, CapturesState};
pub use connect::{ConnectError, ConnectRequest, Connected};
pub use deliveries::REDELIVERED_MAX;
pub use desk::{
    AgentRefused, Board, BookError, Colleague, DeskCall, DeskConsumer, DeskError, DeskEvent, DialError, Dialed,
    NewAgent, PastCall, Presence, SeatError, Seated,
};
pub use device::{
    AcceptError, Attached, CallBusiness, CallBusinessError, Calling, DeviceAddress, DeviceError, DeviceEvent, Welcome,
};
pub use directory::{CreateError, MintedToken, SECRET_OVERLAP};
pub use faults::{FaultError, Faults};
pub use listen::{Listen, ListenError};
pub use messages::OutgoingMessage;
pub use metrics::MetricsError;
pub use offhook_store::{
    Agent, AgentError, App, AppChange, AppSubscription, Consumer, ConsumerFilter, DeliveryFilter, DeliveryId,
    DeliveryState, DeliveryStatus, Endpoint, EndpointHealth, Error as StoreError, Field, Hands, LastCheck, Note, Page,
    PageChange, PageSubscription, PageToken, PastAttempt, Redelivered, SendError, SettingsError, SettingsInForce,
    Subject, SubmittedMetrics, ThreadError, ThreadItem,
};
pub use permissions::{PermissionError, PermissionView};
pub use port::{
    CallbackCheck, CallbackRefused, Clock, Closing, Guest, Guests, Linted, Listeners, Media, MediaEvent,
    NegotiateError, Negotiated, NewRun, OfferRefused, OpenLeg, PassedWebhook, Probed, RunRecord, RunRefused, RunState,
    Runs, SandboxClock, Switched, SystemClock, Texts, TooManyListeners, UnknownTrack, Webhooks,
};
pub use reach::{REACH_FOR, ReachError};
pub use reconcile::Reconciled;
pub use service::{Limits, Parts, Service};
pub use sessions::{Nobody, Session, Who};
pub use settings::SettingsView;
pub use subscriptions::{EndpointProbe, SubscribeAppError};
pub use thread::SayError;
pub use timeline::{ApiExchange, CallTimeline, CallWebhooks, Followed, News, TimelineSettings};
pub use usage::{Metered, Quota, QuotaExceeded, QuotaScope, Usage, UsageLimits};
