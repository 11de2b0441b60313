//! What the use cases need of the world outside.

mod callback;
mod clock;
mod media;

pub use callback::{CallbackCheck, CallbackRefused};
pub use clock::{Clock, SystemClock};
pub use media::{Media, MediaEvent, NegotiateError, Negotiated, OfferRefused, OpenLeg, Switched, UnknownTrack};
