//! What the use cases need of the world outside.

mod callback;
mod clock;
mod guests;
mod listeners;
mod media;
mod runs;
mod sandbox_clock;
mod webhooks;

pub use callback::{CallbackCheck, CallbackRefused, Probed};
pub use clock::{Clock, SystemClock};
pub use guests::{Guest, Guests};
pub use listeners::{Listeners, PassedWebhook, TooManyListeners};
pub use media::{
    Closing, Linted, Media, MediaEvent, NegotiateError, Negotiated, OfferRefused, OpenLeg, Switched, Texts,
    UnknownTrack,
};
pub use runs::{NewRun, RunRecord, RunRefused, RunState, Runs};
pub use sandbox_clock::SandboxClock;
pub use webhooks::Webhooks;
