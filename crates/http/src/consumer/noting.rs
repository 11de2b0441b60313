//! What devices say and are told, on its way into the timeline of the call that it is about.

use offhook_call::CallId;
use offhook_service::{DeviceAddress, Service};
use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use serde_json::json;

use crate::channel::Said;
use crate::without_sdp::without_sdp;

/// `None`: it is about no call, or timelines are not recorded.
pub(super) fn said(service: &Service, message: &DeviceMessage) -> Option<Said> {
    let call = match message {
        DeviceMessage::Ringing { call }
        | DeviceMessage::Accept { call, .. }
        | DeviceMessage::Resume { call, .. }
        | DeviceMessage::Decline { call }
        | DeviceMessage::Update { call, .. }
        | DeviceMessage::HangUp { call } => Some(*call),
        // The answer names the call.
        DeviceMessage::Call { .. } => None,
        DeviceMessage::Hello { .. }
        | DeviceMessage::Message { .. }
        | DeviceMessage::PermissionReply { .. }
        | DeviceMessage::RevokePermission {}
        | DeviceMessage::Postback { .. } => return None,
    };
    Said::now(service, call, message)
}

/// Notes what a device said, with what is answered.
pub(super) fn note(said: Said, service: &Service, from: &DeviceAddress, reply: Option<&ServerMessage>) {
    let is_taken = !matches!(reply, Some(ServerMessage::Error { .. }));
    if let Some((call, age, message)) = said.about(reply.and_then(call_of), is_taken) {
        service.note_said(from, call, age, message);
    }
}

pub(super) fn told(service: &Service, to: &DeviceAddress, message: &ServerMessage) {
    if let (Some(call), true) = (call_of(message), service.records_timelines()) {
        service.note_told(to, call, without_sdp(json!(message)).to_string());
    }
}

/// A welcome is about more than a call, and not for its timeline.
fn call_of(message: &ServerMessage) -> Option<CallId> {
    match message {
        ServerMessage::Incoming { call, .. }
        | ServerMessage::Accepted { call, .. }
        | ServerMessage::Offer { call, .. }
        | ServerMessage::Calling { call, .. }
        | ServerMessage::Updated { call, .. }
        | ServerMessage::Answered { call, .. }
        | ServerMessage::AnsweredElsewhere { call }
        | ServerMessage::Ended { call, .. } => Some(*call),
        ServerMessage::Error { call, .. } => *call,
        ServerMessage::Welcome { .. }
        | ServerMessage::Entry { .. }
        | ServerMessage::Settings { .. }
        | ServerMessage::Permission { .. } => None,
    }
}
