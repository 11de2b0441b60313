//! Many calls at a time with real media, and what they show of a server.
//!
//! [`Plan`] says when calls start and end: an open loop, which no slow server can slow down. [`Load`] sets the stage (on
//! Offhook, Pages, consumers and their devices of its own; anywhere else, a Page and consumers that are given), holds
//! the calls and makes a [`Report`]. Each call is a task (`call`), each consumer's device another (`guest`); their
//! parties share a few threads (`media`, `party`), since a thread can carry hundreds that encode nothing: their voice
//! is encoded once, and each packet is stamped in its padding (`stamp`), so loss, order and delay are measured packet by
//! packet (`hearing`).

mod call;
mod guest;
mod hearing;
mod leg;
mod media;
mod notes;
mod party;
mod plan;
mod report;
mod run;
mod stage;
mod stamp;
mod tally;
mod times;
mod webhooks;

pub use hearing::Flow;
pub use notes::{Step, Webhook};
pub use plan::{Plan, PlanError};
pub use report::{Asked, Audio, Calls, Direction, Generator, Progress, Report, Webhooks};
pub use run::{Caller, Load, LoadError};
pub use stage::{Props, StageError, WebhookWay};
pub use times::{Bin, Summary};
