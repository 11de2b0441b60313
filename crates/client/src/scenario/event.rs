use std::fmt;

use offhook_call::Psid;
use serde::Serialize;

use super::outcome::{StepOutcome, StepResult};

/// Something that happens in a run, told as it happens.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RunEvent {
    /// The consumers are there and their devices are connected: they can be called. The first steps begin.
    Ready { scenario: String, consumers: Vec<Present> },
    /// A step is over.
    Step {
        consumer: String,
        device: String,
        #[serde(flatten)]
        outcome: StepOutcome,
    },
    /// Something happened to a device, in one line.
    Told { consumer: String, device: String, what: String },
}

/// A consumer of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Present {
    pub name: String,
    pub psid: Psid,
}

/// One line for people.
impl fmt::Display for RunEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { scenario, consumers } => {
                write!(f, "{scenario}: ready")?;
                consumers.iter().try_for_each(|Present { name, psid }| write!(f, ", {name} is psid {psid}"))
            }
            Self::Step { consumer, device, outcome } => {
                let (mark, reason) = match &outcome.result {
                    StepResult::Passed => ("ok", None),
                    StepResult::Failed { reason } => ("FAILED", Some(reason)),
                    StepResult::Stuck { reason } => ("STUCK", Some(reason)),
                    StepResult::Skipped => ("skipped", None),
                };
                let at = (outcome.at_ms + outcome.took_ms) as f64 / 1_000.0;
                write!(f, "{at:>7.3} s  {consumer}, {device}  {mark:7}  {}", outcome.step)?;
                reason.map_or(Ok(()), |reason| write!(f, ": {reason}"))
            }
            Self::Told { consumer, device, what } => write!(f, "           {consumer}, {device}  {what}"),
        }
    }
}
