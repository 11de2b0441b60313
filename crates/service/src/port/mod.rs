//! What the use cases need of the world outside.

mod callback;
mod clock;
mod listeners;
mod media;
mod sandbox_clock;
mod webhooks;

pub use callback::{CallbackCheck, CallbackRefused};
pub use clock::{Clock, SystemClock};
pub use listeners::{Listeners, PassedWebhook, TooManyListeners};
pub use media::{
    Closing, Media, MediaEvent, NegotiateError, Negotiated, OfferRefused, OpenLeg, Switched, UnknownTrack,
};
pub use sandbox_clock::SandboxClock;
pub use webhooks::Webhooks;
