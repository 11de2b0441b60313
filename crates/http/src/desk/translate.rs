//! What the service tells an agent's device, in the protocol's words.

use offhook_call::{Business, Call, Desk, Direction, Doing, PageId, Seat, State};
use offhook_service::{Board, DeskEvent, Page, Seated};
use offhook_wire::desk::{
    CallNote, Colleague, DeskCall, DeskCallState, DeskConsumer, DeskMessage, DeskPage, PastCall, Presence,
};

pub(super) fn welcome(seated: &Seated) -> DeskMessage {
    let page = |page: &Page| DeskPage { id: page.id, name: page.name.clone(), video: page.settings.video_enabled };
    let pages = seated.pages.iter().map(page).collect();
    DeskMessage::Welcome { agent: seated.agent.id, name: seated.agent.name.clone(), pages }
}

pub(super) fn event(event: DeskEvent, to: &Seat) -> DeskMessage {
    match event {
        DeskEvent::Board(board) => self::board(*board, to),
        DeskEvent::AnsweredElsewhere { call } => DeskMessage::AnsweredElsewhere { call },
        DeskEvent::HandedOver { call } => DeskMessage::HandedOver { call },
        DeskEvent::Ended { call, status, reason, connected_for } => {
            DeskMessage::Ended { call, status, reason, seconds: connected_for.as_secs() }
        }
        DeskEvent::Offer { call, version, sdp } => DeskMessage::Offer { call, version, sdp },
    }
}

fn board(board: Board, to: &Seat) -> DeskMessage {
    let Board { free, ringing, call, colleagues } = board;
    DeskMessage::Board {
        free,
        ringing: ringing.into_iter().filter_map(|one| desk_call(one, to)).collect(),
        call: call.and_then(|one| desk_call(one, to)).map(Box::new),
        colleagues: colleagues.into_iter().map(colleague).collect(),
    }
}

/// `None`: it is over, or no call of the desk; boards have none of those.
fn desk_call(shown: offhook_service::DeskCall, to: &Seat) -> Option<DeskCall> {
    let offhook_service::DeskCall { call, name, ring_until } = shown;
    let (state, since) = match &call.state {
        State::Dialing => (DeskCallState::Dialing, None),
        State::Ringing { .. } => (DeskCallState::Ringing, None),
        State::Calling { .. } => (DeskCallState::Calling, None),
        State::Connected { since, .. } => (DeskCallState::Connected, Some(*since)),
        State::Ended(_) => return None,
    };
    let doing = match &call.business {
        Business::Desk(Desk::Taken { doing, .. }) => *doing,
        Business::Desk(Desk::Ringing { .. }) => Doing::Talking,
        Business::Apps { .. } => return None,
    };
    let (held_since, handed_to) = match doing {
        Doing::Talking => (None, None),
        Doing::Holding { since } => (Some(since), None),
        Doing::HandingOver { since, to } => (Some(since), Some(to)),
    };
    let Call { id, page, psid, created_at, .. } = call;
    let (agent, mine) = (call.seat().map(|seat| seat.agent), call.seat() == Some(to));
    Some(DeskCall {
        id,
        page,
        psid,
        name,
        state,
        created_at,
        ring_until,
        since,
        agent,
        mine,
        held_since,
        to: handed_to,
    })
}

fn colleague(colleague: offhook_service::Colleague) -> Colleague {
    let offhook_service::Colleague { id, name, pages, presence } = colleague;
    let state = match presence {
        offhook_service::Presence::Free => Presence::Free,
        offhook_service::Presence::Busy => Presence::Busy,
        offhook_service::Presence::Away => Presence::Away,
    };
    Colleague { id, name, pages, state }
}

pub(super) fn consumer(consumer: offhook_service::DeskConsumer) -> DeskConsumer {
    let offhook_service::DeskConsumer { psid, name, permission } = consumer;
    DeskConsumer { psid, name, permission: permission.into() }
}

pub(super) fn consumer_with_calls(
    page: PageId,
    consumer: offhook_service::DeskConsumer,
    calls: Vec<offhook_service::PastCall>,
) -> DeskMessage {
    DeskMessage::Consumer { page, consumer: self::consumer(consumer), calls: past_calls(calls) }
}

pub(super) fn past_calls(calls: Vec<offhook_service::PastCall>) -> Vec<PastCall> {
    calls.into_iter().map(past_call).collect()
}

fn past_call(past: offhook_service::PastCall) -> PastCall {
    let offhook_service::PastCall { call, name, agent, notes } = past;
    let reason = match &call.state {
        State::Ended(ended) => Some(ended.reason),
        State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Connected { .. } => None,
    };
    let seconds = call.connected_for().map(|length| length.as_secs());
    let incoming = call.direction == Direction::ConsumerInitiated;
    let notes = notes.into_iter().map(|(note, author)| CallNote { at: note.at, author, text: note.text }).collect();
    let Call { id, page, psid, created_at: at, .. } = call;
    PastCall { id, page, psid, name, at, incoming, reason, seconds, agent, notes }
}
