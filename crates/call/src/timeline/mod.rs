//! What happened to a call, in order: a record for people who ask why. Nothing is decided by it.

mod happening;
mod leg;
mod record;

pub use happening::{Author, Happening, SdpRole, TimelineEntry};
pub use leg::{LegEvent, LegReport, LegSample};
pub use record::{Timeline, TimelineLimits};
