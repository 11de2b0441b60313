//! The bridges of one shard, sans-IO.
//!
//! A datagram takes one way through [`Engine::handle_datagram`]: `engine` finds the leg by the peer's address, `media`
//! (RTP, with `audio` and `video`) or `control` (RTCP) opens it, maps it to the other leg and seals it there. What decides
//! where things go stands apart and is small: `ice` (which paths are valid, which one is used), `dtls` (the keys, with
//! `flight` for narrow paths), `sources` (which of a peer's SSRCs is forwarded), `outbound` (numbers of a stream that we
//! send), `account` (what reports say about one), `telephone_event` (the time of keys), `hearing` (which streams of audio
//! a peer gets), `video` (which tracks flow between the legs).
//!
//! What is counted for every packet stands in the leg (`stats`, `jitter`, `sources`); what is known of it beside that in
//! its `ledger`, with what its peer `reports`.
//!
//! To forward another kind of media: a `Section` of its own in `sources`, and a module beside `audio` and `video`.

mod account;
mod audio;
mod bridge;
mod config;
mod control;
mod cut;
mod dtls;
#[expect(clippy::module_inception, reason = "the engine is the main type of the engine's module")]
mod engine;
mod event;
mod fault;
mod figures;
mod flight;
mod foresee;
mod hearing;
mod ice;
mod io;
mod jitter;
mod keys;
mod ledger;
mod leg;
mod media;
mod mid;
mod outbound;
mod protocol;
mod reports;
mod retired;
mod signing;
mod sources;
mod stats;
mod tap;
mod telephone_event;
mod timer;
mod transmits;
mod video;

#[cfg(test)]
mod tests;

pub use config::{DtlsConfig, EngineConfig};
pub use engine::Engine;
pub use event::{DtlsVersion, EngineEvent, LegState, Lost};
#[cfg(feature = "planted-faults")]
pub use fault::FAULTY_CALL;
pub use stats::{EngineStats, LegStats};
pub use tap::Captured;
pub use transmits::{Remote, Transmit, Transmits};

pub use crate::srtp::Profile as SrtpProfile;
