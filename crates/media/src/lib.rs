//! The media core, sans-IO: SDP in and out, ICE-lite, DTLS, SRTP, and forwarding between the two legs of a bridge.
//!
//! Nothing here reads a clock, a socket or the environment: `now` and randomness are arguments. Two halves:
//!
//! - **Negotiation**: [`Sessions`] reads the parties' offers and returns the server's answers, its own offers and
//!   [`LegSpec`]s; [`lint`] returns every [`Finding`] about an offer, [`rules`] what can be found.
//! - **Forwarding**: [`Engine`] owns the bridges of one shard. `handle_datagram` and `handle_timeout` go in,
//!   [`Transmits`] and [`EngineEvent`]s come out.

mod engine;
mod foresight;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod leg;
mod rtcp;
mod rtp;
mod sdp;
mod srtp;
mod ufrag;

#[cfg(feature = "planted-faults")]
pub use engine::FAULTY_CALL;
pub use engine::{
    Captured, DtlsConfig, DtlsVersion, Engine, EngineConfig, EngineEvent, EngineStats, LegState, LegStats, Lost,
    Remote, SrtpProfile, Transmit, Transmits,
};
pub use leg::{
    AudioSpec, Fingerprint, H264Profile, IceCredentials, LegSpec, Side, TelephoneEvent, VideoCodec, VideoExtensions,
    VideoFormat, VideoIn, VideoOut, VideoSpec,
};
pub use offhook_call::Transport;
pub use sdp::{
    Answered, Candidate, Change, Client, Finding, LegChange, Local, NegotiateError, Refused, Rule, Sessions, Severity,
    Subject, Switched, UnknownTrack, lint, lint_again, lint_answer, rules,
};
pub use ufrag::shard_of_check;
