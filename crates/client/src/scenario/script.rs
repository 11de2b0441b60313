//! A scenario as it is played: every part of it is checked already.

use std::time::Duration;

use offhook_call::{DeviceId, EndReason, MessageText, Psid, Status};

use super::read::Place;
use crate::phone::Digit;

/// What consumers do, and what is expected to happen. Read with [`Scenario::parse`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub name: String,
    /// After so long whatever has not happened is given up.
    pub(super) limit: Duration,
    /// Decides which packets are lost.
    pub(super) seed: u64,
    pub(super) consumers: Vec<Consumer>,
}

impl Scenario {
    /// After so long the run is over at the latest.
    pub fn limit(&self) -> Duration {
        self.limit
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Consumer {
    pub(super) name: String,
    pub(super) who: Who,
    /// At least one, no two of one name.
    pub(super) devices: Vec<Device>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Is made for the run.
    New {
        permission: bool,
    },
    Known(Psid),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Device {
    pub(super) name: DeviceId,
    pub(super) steps: Vec<Step>,
    /// What must hold of its last call when all is over.
    pub(super) end: Vec<Check>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) wording: Wording,
    pub(super) deed: Deed,
}

/// Words of the scenario, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) text: String,
    pub(super) place: Place,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deed {
    Act(Action),
    /// Lets time pass.
    Pause(Duration),
    /// What is waited for must come about, or the rest of the steps makes no sense.
    Wait(Awaited),
    /// What is expected is what the scenario tests.
    Expect(Awaited),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Awaited {
    pub(super) what: Condition,
    pub(super) within: Duration,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Action {
    Answer,
    Decline,
    /// Lets it ring until somebody else ends that.
    Ignore,
    Call,
    HangUp,
    Play {
        file: String,
        /// Goes on with the next step at once.
        background: bool,
    },
    Tone {
        hz: u32,
        dbfs: f32,
        /// With the markers by which the round trip of an echo is measured.
        marked: bool,
        /// Silence follows; without it the tone goes on.
        length: Option<Duration>,
    },
    Echo {
        delay: Duration,
    },
    BeSilent,
    Press(Vec<Digit>),
    Mute,
    Unmute,
    ShowVideo,
    HideVideo,
    Lose {
        percent: u8,
    },
    Revoke,
    /// Answers the permission request.
    Permit(bool),
    Write(MessageText),
    Disconnect,
    Reconnect,
}

/// Something that a device notices, or that the server knows.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    Ringing,
    /// The call's media flows.
    Connected,
    Ended {
        status: Option<Status>,
        reason: Option<EndReason>,
    },
    AnsweredElsewhere,
    /// The server refused something.
    Refused {
        error: Option<String>,
    },
    /// The mean over `length` is above.
    Level {
        above_dbfs: f32,
        length: Duration,
    },
    /// Half of the energy of `length` is at this frequency.
    Tone {
        hz: u32,
        length: Duration,
    },
    /// Sounds like speech for the greater part of `length`.
    Speech {
        length: Duration,
    },
    /// Nothing above for all of `length`.
    Silence {
        below_dbfs: f32,
        length: Duration,
    },
    Keys(Vec<Digit>),
    /// So many frames since the step began.
    Video {
        frames: u64,
    },
    /// The echo of the marked tone comes back sooner.
    RoundTrip {
        under: Duration,
    },
    /// Was delivered, and the business's endpoint acknowledged it.
    Webhook(WebhookEvent),
    /// The business writes.
    Message {
        containing: Option<String>,
    },
    PermissionRequest,
}

/// A webhook that the business gets, by its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WebhookEvent {
    Connect,
    Ringing,
    Accepted,
    MediaUpdate,
    Terminate,
    Message,
    PermissionReply,
}

/// What must hold when all is over.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    pub(super) wording: Wording,
    pub(super) what: EndCondition,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum EndCondition {
    Status(Status),
    Reason(EndReason),
    /// From the answer to the end, as the server counts it.
    LastedMin(Duration),
    LastedMax(Duration),
    /// The longest time without a sound since the first.
    SilenceMax(Duration),
    /// The time with sound.
    HeardMin(Duration),
    /// Percent of the packets.
    LossMax(f32),
    RoundTripMax(Duration),
    FramesMin(u64),
}

impl Scenario {
    /// The audio files that are played, each once.
    pub fn files(&self) -> Vec<&str> {
        let devices = self.consumers.iter().flat_map(|consumer| &consumer.devices);
        let mut files: Vec<&str> = devices.flat_map(|device| &device.steps).filter_map(Step::file).collect();
        files.sort_unstable();
        files.dedup();
        files
    }
}

impl Step {
    pub(super) fn file(&self) -> Option<&str> {
        if let Deed::Act(Action::Play { file, .. }) = &self.deed { Some(file) } else { None }
    }
}

impl Device {
    /// The frequencies that its conditions listen for.
    pub(super) fn tones(&self) -> Vec<u32> {
        let hz = |step: &Step| match &step.deed {
            Deed::Wait(Awaited { what: Condition::Tone { hz, .. }, .. })
            | Deed::Expect(Awaited { what: Condition::Tone { hz, .. }, .. }) => Some(*hz),
            Deed::Act(_) | Deed::Pause(_) | Deed::Wait(_) | Deed::Expect(_) => None,
        };
        let mut tones: Vec<u32> = self.steps.iter().filter_map(hz).collect();
        tones.sort_unstable();
        tones.dedup();
        tones
    }
}
