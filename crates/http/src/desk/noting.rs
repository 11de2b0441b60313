//! What agents' devices say and are told, on its way into the timeline of the call that it is about.

use offhook_call::{CallId, Seat};
use offhook_service::Service;
use offhook_wire::desk::{AgentMessage, DeskCall, DeskMessage};
use serde_json::json;

use super::reply::reply;
use crate::channel::Said;
use crate::without_sdp::without_sdp;

/// One connection of a device.
pub(super) struct Noting<'s> {
    service: &'s Service,
    seat: Seat,
    /// What the last board showed, and whether it rang there.
    shown: Vec<(Place, DeskCall)>,
}

/// Where a board shows a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Ringing,
    Call,
}

impl<'s> Noting<'s> {
    pub(super) fn of(service: &'s Service, seat: &Seat) -> Self {
        Self { service, seat: seat.clone(), shown: Vec::new() }
    }

    /// What a message is answered with; the message is noted.
    pub(super) async fn answer(&self, message: AgentMessage) -> Option<DeskMessage> {
        let said = said(self.service, &message);
        let reply = reply(self.service, &self.seat, message).await;
        let is_taken = !matches!(reply, Some(DeskMessage::Error { .. }));
        let about = said.and_then(|said| said.about(reply.as_ref().and_then(call_of), is_taken));
        if let Some((call, age, message)) = about
            && (is_taken || self.service.knows_call(&self.seat, call).await)
        {
            self.service.note_agent_said(&self.seat, call, age, message);
        }
        reply
    }

    /// Notes what the device was told.
    pub(super) async fn told(&mut self, message: &DeskMessage) {
        if !self.service.records_timelines() {
            return;
        }
        if let DeskMessage::Board { ringing, call, .. } = message {
            self.showed(ringing, call.as_deref());
        } else if let Some(call) = call_of(message) {
            let is_refusal = matches!(message, DeskMessage::Error { .. });
            if !is_refusal || self.service.knows_call(&self.seat, call).await {
                self.service.note_agent_told(&self.seat, call, without_sdp(json!(message)).to_string());
            }
        }
    }

    /// A board is sent whenever anything on it is different: of each call, what is shown of it otherwise than before.
    fn showed(&mut self, ringing: &[DeskCall], call: Option<&DeskCall>) {
        let ringing = ringing.iter().map(|ringing| (Place::Ringing, ringing.clone()));
        let now: Vec<_> = ringing.chain(call.map(|call| (Place::Call, call.clone()))).collect();
        for (place, call) in now.iter().filter(|shown| !self.shown.contains(shown)) {
            let mut shown = json!(call);
            // The record has the psid; a timeline holds no names.
            shown.as_object_mut().expect("a call of the desk is an object").remove("name");
            let board = match place {
                Place::Ringing => json!({ "type": "board", "ringing": [shown] }),
                Place::Call => json!({ "type": "board", "call": shown }),
            };
            self.service.note_agent_told(&self.seat, call.id, board.to_string());
        }
        self.shown = now;
    }
}

/// `None`: it is about no call, or timelines are not recorded.
fn said(service: &Service, message: &AgentMessage) -> Option<Said> {
    let call = match message {
        AgentMessage::Accept { call, .. }
        | AgentMessage::Refuse { call }
        | AgentMessage::Resume { call, .. }
        | AgentMessage::Update { call, .. }
        | AgentMessage::Hold { call, .. }
        | AgentMessage::HandOver { call, .. }
        | AgentMessage::HangUp { call } => Some(*call),
        // The answer names the call.
        AgentMessage::Dial { .. } => None,
        AgentMessage::Hello { .. }
        | AgentMessage::Free { .. }
        | AgentMessage::RequestPermission { .. }
        // It stands with the call.
        | AgentMessage::Note { .. }
        | AgentMessage::Consumers { .. }
        | AgentMessage::Consumer { .. }
        | AgentMessage::History {} => return None,
    };
    Said::now(service, call, message)
}

/// `None`: it is about no call, or about more than one, or about a note.
fn call_of(message: &DeskMessage) -> Option<CallId> {
    match message {
        DeskMessage::Accepted { call, .. }
        | DeskMessage::Dialed { call, .. }
        | DeskMessage::Updated { call, .. }
        | DeskMessage::Offer { call, .. }
        | DeskMessage::AnsweredElsewhere { call }
        | DeskMessage::HandedOver { call }
        | DeskMessage::Ended { call, .. } => Some(*call),
        DeskMessage::Error { call, .. } => *call,
        DeskMessage::Welcome { .. }
        | DeskMessage::Board { .. }
        | DeskMessage::PermissionRequested { .. }
        | DeskMessage::Noted { .. }
        | DeskMessage::Consumers { .. }
        | DeskMessage::Consumer { .. }
        | DeskMessage::History { .. } => None,
    }
}
