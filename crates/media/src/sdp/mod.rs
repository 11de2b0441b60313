//! SDP: a peer's offer in, the server's answer and its later offer out.
//!
//! [`lint`] returns every [`Finding`] about an offer; [`negotiate`] refuses an offer with an error among them and
//! answers any other. Both stand on the same reading, so the API, the command line and the call never disagree. "The
//! peer" is a business or a consumer's device: both offer, and the server answers both alike.
//!
//! The way of an offer:
//!
//! - `document` splits the text into the session and its sections, with line numbers; `webrtc-sdp` reads each attribute.
//! - `offer` and below it `audio`, `bundle`, `transport` and `codec` turn that into types that cannot be wrong, or into findings.
//! - `negotiate` draws what is ours (credentials, SSRCs, names) and builds the [`LegSpec`](crate::LegSpec).
//! - `write` prints the answer and the renegotiation offer.
//!
//! To add a rule: an entry in `rule`, the check where the value is read, and a row in the table of
//! `tests/it/negotiation_refusals.rs`.

mod audio;
mod bundle;
mod codec;
mod document;
mod finding;
mod negotiate;
mod offer;
mod rule;
mod transport;
mod write;

pub use finding::{Finding, Severity};
pub use negotiate::{Candidate, Local, Negotiated, Refused, negotiate};
pub use offer::lint;
