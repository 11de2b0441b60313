//! What a device has noticed so far: of its call, of its thread, of what is heard and seen.

use std::time::Duration;

use offhook_call::{CallId, EndReason, Status};
use offhook_wire::consumer::{DeviceMessage, LiveCall, ServerMessage};
use offhook_wire::{Party, ThreadEntry, ThreadEntryKind};

use super::hearing::Hearing;
use crate::phone::{Digit, LineEvent, Milestone, Statistics};
use crate::story::What;

pub(super) struct Senses {
    pub(super) hearing: Hearing,
    pub(super) call: Call,
    /// Keys of the business that no condition has taken yet.
    pub(super) keys: Vec<Digit>,
    /// Texts of the business that no condition has taken yet.
    pub(super) messages: Vec<String>,
    /// A permission request waits for its answer.
    pub(super) asked: bool,
    /// The newest refusal since the device did something.
    pub(super) refused: Option<Refused>,
    /// What the phone counted, as far as it was asked or is down.
    pub(super) statistics: Option<Statistics>,
    pub(super) channel_open: bool,
    /// Answers to changes of the media, and own entries in the thread, so far.
    pub(super) updates: usize,
    pub(super) written: usize,
    /// Whether the business may call, as the server told last.
    pub(super) permitted: Option<bool>,
    /// Frames of video that were seen before the step.
    pub(super) frames_before: u64,
    media: bool,
}

/// The device's part in the newest call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    None,
    Ringing(CallId),
    /// Said that it picks up; the answer is awaited.
    PickingUp(CallId),
    /// The consumer calls; `None` until the server has taken it.
    Calling(Option<CallId>),
    Talking(CallId),
    AnsweredElsewhere(CallId),
    Ended {
        call: CallId,
        status: Status,
        reason: EndReason,
        seconds: u64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) error: String,
    pub(super) detail: String,
}

/// Keys and texts that are kept; the oldest are forgotten.
const KEPT_MAX: usize = 1_000;

impl Senses {
    pub(super) fn new(hearing: Hearing) -> Self {
        Self {
            hearing,
            call: Call::None,
            keys: Vec::new(),
            messages: Vec::new(),
            asked: false,
            refused: None,
            statistics: None,
            channel_open: false,
            updates: 0,
            written: 0,
            permitted: None,
            frames_before: 0,
            media: false,
        }
    }

    pub(super) fn begin_step(&mut self) {
        self.hearing.begin_step();
        self.frames_before = self.frames();
    }

    /// In a call whose media flows.
    pub(super) fn is_connected(&self) -> bool {
        matches!(self.call, Call::Talking(_)) && self.media
    }

    /// There is a phone to speak with.
    pub(super) fn has_phone(&self) -> bool {
        matches!(self.call, Call::Talking(_) | Call::Calling(_) | Call::PickingUp(_))
    }

    pub(super) fn call_id(&self) -> Option<CallId> {
        match self.call {
            Call::None | Call::Calling(None) => None,
            Call::Ringing(call)
            | Call::PickingUp(call)
            | Call::Calling(Some(call))
            | Call::Talking(call)
            | Call::AnsweredElsewhere(call)
            | Call::Ended { call, .. } => Some(call),
        }
    }

    /// The frames of the stream that was seen most.
    pub(super) fn frames(&self) -> u64 {
        let video = self.statistics.iter().flat_map(|statistics| &statistics.video);
        video.map(|stream| stream.frames).max().unwrap_or(0)
    }

    pub(super) fn round_trip(&self) -> Option<Duration> {
        self.statistics.as_ref().and_then(|statistics| statistics.round_trip)
    }

    pub(super) fn notice(&mut self, what: What) {
        match what {
            What::Channel { open } => self.channel_open = open,
            What::Said(message) => self.notice_said(&message),
            What::Told(message) => self.notice_told(message),
            What::Line(event) => self.notice_line(event),
            What::HungUp(statistics) => {
                self.statistics = Some(*statistics);
                self.media = false;
            }
            // The business's part of the story.
            What::Request(_) | What::Webhook(_) => {}
        }
    }

    fn notice_said(&mut self, message: &DeviceMessage) {
        match message {
            DeviceMessage::Accept { call, .. } | DeviceMessage::Resume { call, .. } => {
                self.pick_up(Call::PickingUp(*call));
            }
            DeviceMessage::Call { .. } => self.pick_up(Call::Calling(None)),
            DeviceMessage::Hello { .. }
            | DeviceMessage::Ringing { .. }
            | DeviceMessage::Decline { .. }
            | DeviceMessage::Update { .. }
            | DeviceMessage::HangUp { .. }
            | DeviceMessage::Message { .. }
            | DeviceMessage::PermissionReply { .. }
            | DeviceMessage::RevokePermission {}
            | DeviceMessage::Postback { .. } => {}
        }
    }

    /// Another phone begins to listen.
    fn pick_up(&mut self, call: Call) {
        self.call = call;
        self.media = false;
        self.statistics = None;
        self.keys.clear();
        self.hearing.begin_call();
    }

    fn notice_told(&mut self, message: ServerMessage) {
        match message {
            ServerMessage::Welcome { call, thread, permission, .. } => {
                self.permitted = Some(permission.granted);
                self.asked = false;
                thread.iter().for_each(|entry| self.notice_request(entry));
                if let Some(LiveCall::Ringing { id, .. }) = call
                    && !self.has_phone()
                {
                    self.call = Call::Ringing(id);
                }
            }
            ServerMessage::Incoming { call, .. } if !self.has_phone() => self.call = Call::Ringing(call),
            ServerMessage::Incoming { .. } | ServerMessage::Offer { .. } | ServerMessage::Settings { .. } => {}
            ServerMessage::Accepted { call, .. } | ServerMessage::Answered { call, .. } => {
                self.call = Call::Talking(call);
            }
            ServerMessage::Calling { call, .. } => self.call = Call::Calling(Some(call)),
            ServerMessage::Updated { .. } => self.updates += 1,
            ServerMessage::AnsweredElsewhere { call } => self.call = Call::AnsweredElsewhere(call),
            ServerMessage::Ended { call, status, reason, seconds } => {
                self.call = Call::Ended { call, status, reason, seconds };
            }
            ServerMessage::Entry { entry } => self.notice_entry(entry),
            ServerMessage::Permission { permission } => self.permitted = Some(permission.granted),
            ServerMessage::Error { error, detail, .. } => {
                self.refused = Some(Refused { error, detail });
                if matches!(self.call, Call::Calling(None) | Call::PickingUp(_)) {
                    self.call = Call::None;
                }
            }
        }
    }

    fn notice_line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Reached { milestone: Milestone::DtlsConnected, .. } => self.media = true,
            LineEvent::Closed => self.media = false,
            LineEvent::Digit { digit, .. } => keep(&mut self.keys, digit),
            LineEvent::Reached { .. } | LineEvent::IceDisconnected => {}
        }
    }

    fn notice_entry(&mut self, entry: ThreadEntry) {
        self.notice_request(&entry);
        let text = match entry.kind {
            ThreadEntryKind::Text { text } | ThreadEntryKind::Template { text: Some(text), .. } => text,
            ThreadEntryKind::Template { elements, .. } => {
                elements.into_iter().map(|card| card.title).collect::<Vec<_>>().join("\n")
            }
            ThreadEntryKind::Call { .. }
            | ThreadEntryKind::PermissionRequest { .. }
            | ThreadEntryKind::CallPrompt { .. } => return,
        };
        match entry.from {
            Party::Business => keep(&mut self.messages, text),
            Party::Consumer => self.written += 1,
        }
    }

    fn notice_request(&mut self, entry: &ThreadEntry) {
        if let ThreadEntryKind::PermissionRequest { reply, .. } = entry.kind {
            self.asked = reply.is_none();
        }
    }
}

fn keep<T>(kept: &mut Vec<T>, new: T) {
    if kept.len() == KEPT_MAX {
        kept.remove(0);
    }
    kept.push(new);
}
