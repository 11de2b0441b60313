//! What an agent's message is answered with. What comes of it besides is shown on the board.

use offhook_call::{CallId, Seat, Track};
use offhook_service::{BookError, DeskError, DialError, Dialed, Service};
use offhook_wire::desk::{AgentMessage, DeskMessage};

use super::translate;
use crate::channel::Refusal;

/// An answer, a refusal, or nothing.
pub(super) async fn reply(service: &Service, by: &Seat, message: AgentMessage) -> Option<DeskMessage> {
    match message {
        AgentMessage::Hello { .. } => Some(Refusal::HELLO_AGAIN.into()),
        AgentMessage::Free { free } => service.set_free(by, free).await.err().map(|error| Refusal::from(error).into()),
        AgentMessage::Accept { call, sdp } => Some(accepted(call, service.agent_accept(by, call, &sdp).await)),
        AgentMessage::Resume { call, sdp } => Some(accepted(call, service.seat_resume(by, call, &sdp).await)),
        AgentMessage::Refuse { call } => done(call, service.refuse(by, call).await),
        AgentMessage::Hold { call, on } => done(call, service.hold(by, call, on).await),
        AgentMessage::HandOver { call, to } => done(call, service.hand_over(by, call, to).await),
        AgentMessage::HangUp { call } => done(call, service.agent_hang_up(by, call).await),
        AgentMessage::Update { call, sdp, tracks } => {
            let tracks: Vec<Track> = tracks.into();
            Some(updated(call, service.seat_update(by, call, sdp.as_deref(), &tracks).await))
        }
        AgentMessage::Dial { page, psid, sdp } => Some(dialed(service.dial(by, page, psid, &sdp).await)),
        AgentMessage::RequestPermission { page, psid } => {
            let asked = service.request_permission(by, page, psid).await;
            Some(answer(asked.map(|()| DeskMessage::PermissionRequested { page, psid })))
        }
        AgentMessage::Note { call, text } => {
            Some(told_about(call, service.note_call(by, call, text).await.map(|()| DeskMessage::Noted { call })))
        }
        AgentMessage::Consumers { page, text } => {
            let found = service.desk_consumers(by, page, &text).await;
            let consumers = found.map(|found| found.into_iter().map(translate::consumer).collect());
            Some(answer(consumers.map(|consumers| DeskMessage::Consumers { page, consumers })))
        }
        AgentMessage::Consumer { page, psid } => {
            let found = service.desk_consumer(by, page, psid).await;
            Some(answer(found.map(|(consumer, calls)| translate::consumer_with_calls(page, consumer, calls))))
        }
        AgentMessage::History {} => {
            let found = service.desk_history(by).await;
            Some(answer(found.map(|calls| DeskMessage::History { calls: translate::past_calls(calls) })))
        }
    }
}

fn answer<E>(result: Result<DeskMessage, E>) -> DeskMessage
where
    Refusal: From<E>,
{
    result.unwrap_or_else(|error| Refusal::from(error).into())
}

fn told_about(call: CallId, result: Result<DeskMessage, BookError>) -> DeskMessage {
    result.unwrap_or_else(|error| Refusal::from(error).about(Some(call)))
}

fn done(call: CallId, result: Result<(), DeskError>) -> Option<DeskMessage> {
    result.err().map(|error| Refusal::from(error).about(Some(call)))
}

fn accepted(call: CallId, result: Result<String, DeskError>) -> DeskMessage {
    match result {
        Ok(sdp) => DeskMessage::Accepted { call, sdp },
        Err(error) => Refusal::from(error).about(Some(call)),
    }
}

fn updated(call: CallId, result: Result<Option<String>, DeskError>) -> DeskMessage {
    match result {
        Ok(sdp) => DeskMessage::Updated { call, sdp },
        Err(error) => Refusal::from(error).about(Some(call)),
    }
}

fn dialed(result: Result<Dialed, DialError>) -> DeskMessage {
    answer(result.map(|Dialed { call, ring_until, answer }| DeskMessage::Dialed { call, ring_until, sdp: answer }))
}
