//! Offhook over HTTP: Graph's edges, the own API, the consumer's WebSocket, signing in, the pages.
//!
//! [`router`] has all routes on one screen; an endpoint is a file that parses, runs one use case and renders. Domain
//! errors become HTTP in one exhaustive match a side: `graph/failure.rs` and `own/refusal.rs`. Shapes and errors are
//! documented in docs/api.md and docs/consumer-protocol.md.

mod channel;
mod consumer;
mod demo;
mod desk;
mod docs;
mod event_stream;
mod graph;
mod health;
mod openapi;
mod own;
mod pages;
mod router;
mod run_to_end;
mod sandbox_time;
mod session;
mod site;
mod state;
mod without_sdp;

pub use consumer::ConsumerLimits;
pub use demo::{Demo, DemoConsumer, ReceivedWebhook};
pub use openapi::document as openapi;
pub use own::AdminToken;
pub use router::router;
pub use site::{Arrival, BasePath, ForwardedHeader, NoBasePath, NoOrigin, Origin, Site};
pub use state::HttpState;
