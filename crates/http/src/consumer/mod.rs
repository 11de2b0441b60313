//! The consumer's channel: one WebSocket a device (docs/consumer-protocol.md; shapes in `offhook_wire::consumer`).
//!
//! [`connect`](upgrade::connect) upgrades; `hello` turns the connection into a device; `channel` then carries messages both ways until
//! one side ends it. Closing is always by a `close_code`.

mod channel;
mod hello;
mod limits;
mod noting;
mod refusal;
mod translate;
pub(crate) mod upgrade;

pub use limits::ConsumerLimits;
pub(crate) use translate::entry;
