//! SDP: peers' offers in, the server's answers and its own offers out.
//!
//! [`lint`] returns every [`Finding`] about an offer; [`Sessions`] refuses an offer with an error among them and answers
//! any other. Both stand on the same reading, so the API, the command line and the call never disagree. [`lint_again`] and
//! [`lint_answer`] hold two texts side by side. "The peer" is a business or a consumer's device: both offer, and the server
//! answers both alike.
//!
//! The way of an offer:
//!
//! - `document` splits the text into the session and its sections, with line numbers; `webrtc-sdp` reads each attribute.
//! - `offer` and below it `content`, `audio`, `video`, `bundle`, `transport`, `codec`, `format` and `extension` turn that
//!   into types that cannot be wrong, or into findings; `advice` looks for what works otherwise than it seems.
//! - `session`, made of `section`s, keeps what one leg's peer and the server have said so far, `ours` what the server made
//!   up for it, `labels` which track is what.
//! - `match_up` holds the two legs of a call side by side: what both can, which tracks are on, and the
//!   [`LegSpec`](crate::LegSpec)s.
//! - `view` says what a text tells of each section, and `write` prints it.
//!
//! To add a rule: an entry in `rule`, the check where the value is read (in `advice`, if nothing else needs the value; in
//! `lint`, if it takes two texts), a row in the tables of `tests/it/negotiation_refusals.rs` or `tests/it/lint_pairs.rs`,
//! and the table of `docs/sdp.md` anew.

mod advice;
mod audio;
mod bundle;
mod codec;
mod content;
mod document;
mod extension;
mod finding;
mod format;
mod labels;
mod lint;
mod local;
mod match_up;
mod offer;
mod ours;
mod rule;
mod section;
mod session;
mod sessions;
mod transport;
mod video;
mod view;
mod write;

pub use finding::{Finding, Severity, Subject};
pub use labels::UnknownTrack;
pub use lint::{lint, lint_again, lint_answer};
pub use local::{Candidate, Local};
pub use rule::{Client, Rule, rules};
pub use sessions::{Answered, Change, LegChange, NegotiateError, Refused, Sessions, Switched};
