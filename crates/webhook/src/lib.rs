//! Delivers the webhooks that the store owes: leases, signs, sends and records them (contract section 7).
//!
//! [`Worker`] does the work; a [`Handle`] pokes it when something is owed, and a lost poke costs a sweep interval,
//! never a webhook. [`Outbound`] is the only way out: it obeys the address policy (`address`), time-outs and size limits, and
//! also checks new callbacks by Meta's handshake. When a try follows a failed one is decided in `schedule`;
//! how an endpoint does is judged by the store, with the record of each try.

mod address;
mod attempt;
mod faults;
mod handshake;
mod listeners;
mod outbound;
mod probe;
mod retry_after;
mod schedule;
mod settings;
mod signature;
mod slow_body;
mod upkeep;
mod worker;

pub use faults::{Faults, StruckTry};
pub use handshake::HandshakeError;
pub use listeners::{Busy, Listeners, Passed};
pub use outbound::Outbound;
pub use probe::Probed;
pub use settings::Settings;
pub use worker::{Clock, Delivered, Handle, Parts, Watcher, Worker};
