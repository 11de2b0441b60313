//! What came of a run.

use std::path::PathBuf;

use offhook_call::{CallId, EndReason, Psid, Status};
use serde::{Deserialize, Serialize};

use super::read::Place;

/// What came of a scenario: each step and each expectation, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub scenario: String,
    /// Every step was taken, and every expectation held.
    pub passed: bool,
    pub took_ms: u64,
    pub consumers: Vec<ConsumerOutcome>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsumerOutcome {
    pub name: String,
    pub psid: Psid,
    pub devices: Vec<DeviceOutcome>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceOutcome {
    pub name: String,
    /// The steps, then what was expected at the end.
    pub steps: Vec<StepOutcome>,
    /// The device's last call; null if it never was in one.
    pub call: Option<CallOutcome>,
    /// Of the last call.
    pub heard: HeardOutcome,
    /// Files of what was heard and seen, if they were asked for.
    pub recordings: Vec<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepOutcome {
    /// As the scenario words it.
    pub step: String,
    #[serde(flatten)]
    pub place: Place,
    /// When it began, since the run's start.
    pub at_ms: u64,
    pub took_ms: u64,
    #[serde(flatten)]
    pub result: StepResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum StepResult {
    Passed,
    /// What was expected did not come about.
    Failed {
        reason: String,
    },
    /// It could not be done, so the rest of the steps makes no sense.
    Stuck {
        reason: String,
    },
    /// An earlier step of the device did not pass.
    Skipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallOutcome {
    pub id: CallId,
    /// Null if the device was not told the end.
    pub end: Option<EndOutcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndOutcome {
    pub status: Status,
    pub reason: EndReason,
    /// Since the answer.
    pub seconds: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct HeardOutcome {
    /// Mean level of what sounded; null if nothing did.
    pub dbfs: Option<f32>,
    pub sounding_ms: u64,
    /// The longest time without a sound after the first.
    pub longest_silence_ms: u64,
    pub packets: u64,
    pub packets_lost: u64,
    /// The echo of a marked tone.
    pub round_trip_ms: Option<u64>,
    /// Whole frames of video.
    pub frames: u64,
}

impl Outcome {
    pub(super) fn new(scenario: String, took_ms: u64, consumers: Vec<ConsumerOutcome>) -> Self {
        let mut steps = consumers.iter().flat_map(|consumer| &consumer.devices).flat_map(|device| &device.steps);
        let passed = steps.all(|step| step.result == StepResult::Passed);
        Self { scenario, passed, took_ms, consumers }
    }
}
