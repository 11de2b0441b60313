//! A simulated consumer: a device on the consumer's channel that really talks, the same way as any other device.
//!
//! [`SimulatedConsumer`] keeps the channel open, whatever happens to it; [`device`](self) decides what to say to what
//! the server says. The channel's messages are documented in `offhook_wire::consumer`.

mod channel;
mod config;
mod device;
mod run;

pub use config::{Behaviour, Config};
pub use run::{Error, SimulatedConsumer};
