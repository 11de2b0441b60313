//! What happens to calls, recorded for people who ask why, and told to those who look on.
//!
//! Recording never waits and never fails a call: entries go into memory, within limits, and are written in the background
//! ([`writing`]); a process that dies loses the last seconds. What the store has anyway (webhooks and their tries) is
//! joined when a timeline is read ([`reading`]).

mod note;
mod reading;
mod recorder;
mod reports;
mod settings;
mod writing;

pub use note::ApiExchange;
pub use reading::{CallTimeline, CallWebhooks, Followed};
pub use recorder::News;
pub(crate) use recorder::Recorder;
pub use settings::TimelineSettings;
