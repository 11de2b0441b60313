//! Scripted consumers: a scenario says what consumers do and what is expected, a run plays it on a server, and an
//! outcome says what came of it.
//!
//! [`Scenario::parse`] reads the format of docs/scenarios.md. [`Run::play`] makes the consumers by the server's own API
//! and lets their devices take their steps, each device its own, all at the same time. Whatever a device notices
//! (`senses`: its call, its thread, what it hears and sees) is judged against the step's condition (`judge`), so every
//! failure can say what was there instead. A new action goes into `script`, `read::step` and `acting`; a new condition
//! into `script`, `read::condition` and `judge`. A [`Resident`] is a consumer who plays a scenario call after call.

mod acting;
mod actor;
mod built_in;
mod ending;
mod event;
mod hearing;
mod judge;
mod junit;
mod outcome;
mod performance;
mod props;
mod read;
#[cfg(test)]
mod rehearsal;
mod resident;
mod run;
mod script;
mod senses;
mod speech;
mod tape;

pub use built_in::{BUILT_IN, BuiltIn};
pub use event::{Present, RunEvent};
pub use junit::junit;
pub use outcome::{
    CallOutcome, ConsumerOutcome, DeviceOutcome, EndOutcome, HeardOutcome, Outcome, StepOutcome, StepResult,
};
pub use read::{FormatError, Place};
pub use resident::Resident;
pub use run::{Observer, Run, RunError, Server};
pub use script::Scenario;
pub use tape::TapeError;
