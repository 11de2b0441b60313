//! The I/O shell of the media core: threads, sockets and timers around [`offhook_media::Engine`].
//!
//! [`Relay::start`] runs N shard threads, each with an engine and sockets of its own; a bridge lives on one shard for
//! its whole life, chosen by its call id. Commands go in through a bounded queue with a wake-up, [`Event`]s come out of
//! a bounded channel, and a shard never waits for its owner. A panic while a shard works for one bridge ends that bridge
//! and nothing else.
//!
//! [`Relay::negotiate`] and [`Relay::switch`] prepare changes on the caller's thread, from the SDP sessions in `calls`;
//! [`Relay::apply`] makes them.
//!
//! To extend: `shard` is the loop, `gather` its rhythm, `socket`, `exact` and `tcp` what it reads from, `outbox` how it sends,
//! `command` what it can be told, `meter` and `histograms` what it counts.

mod address;
mod attention;
mod bind;
mod calls;
mod command;
mod config;
mod exact;
mod gather;
mod histograms;
mod meter;
mod outbox;
mod relay;
mod shard;
mod socket;
mod tcp;

pub use address::{advertised, interfaces};
pub use config::{RelayConfig, TcpConfig};
pub use histograms::LEG_HISTOGRAMS;
pub use offhook_media::{
    Captured, DtlsVersion, EngineEvent, LegState, Lost, NegotiateError, Refused, Side, SrtpProfile, UnknownTrack,
};
pub use relay::{Event, Negotiated, OpenLeg, Prepared, Relay, StartError, Switched};
