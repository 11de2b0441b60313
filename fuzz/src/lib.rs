//! What the fuzz targets share: a server's engine with real parties in virtual time, and a judge of what it sends.
//!
//! - [`Script`] is a sequence of what parties, the server's owner and strangers do; [`World::play`] does it.
//! - `party` is the other side: connectivity checks, a DTLS client, SRTP.
//! - `judge` panics when the engine sends what it must not.
//! - [`memory`] counts what is allocated, so that no input makes the engine hold much.
//!
//! A target is a file in `fuzz_targets`, an entry in `Cargo.toml` and a folder in `corpus`. Corpora begin with the offers
//! in `fixtures/sdp` and with what a WebRTC stack really sent; long runs added inputs that reach further, of which the
//! smallest were kept (libFuzzer's `-merge=1`).

mod judge;
mod leg;
pub mod memory;
mod offers;
mod party;
mod script;
mod sdp;
mod stun;
mod world;

pub use leg::{ask, shake_hands};
pub use offers::{Step, negotiate};
pub use script::{Action, Script};
pub use sdp::answer;
pub use world::World;
