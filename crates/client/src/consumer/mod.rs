//! A simulated consumer: a device on the consumer's channel that really talks, the same way as any other device.
//!
//! [`SimulatedConsumer`] keeps the channel open, whatever happens to it; `device` holds what it does in a call. The
//! channel's messages are those of `offhook_wire::consumer`.

mod channel;
mod config;
mod device;
mod order;
mod run;

pub use channel::channel_of;
pub(crate) use channel::{Channel, Lost};
pub use config::{Behaviour, Config, Listener};
pub use order::{Order, PhoneOrder};
pub use run::{Error, SimulatedConsumer};
