use offhook_call::{CallId, Track};
use offhook_service::{
    AcceptError, Attached, CallBusiness, CallBusinessError, Calling, DeviceAddress, SayError, Service,
};
use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use tokio_util::sync::CancellationToken;

use super::hello;
use super::noting;
use super::translate;
use crate::HttpState;
use crate::channel::{Refusal, Socket, Welcomed, converse, greeted};

/// Serves one connection until it ends.
pub(super) async fn run(mut socket: Socket, state: HttpState) {
    let attached = greeted(&state, hello::greet(&mut socket, &state.service)).await;
    let device = attached.map(|attached| Device { service: &state.service, attached });
    converse(socket, &state, device).await;
}

/// A consumer's device. What it says and is told is noted.
struct Device<'s> {
    service: &'s Service,
    attached: Attached,
}

impl Welcomed for Device<'_> {
    type Heard = DeviceMessage;
    type Told = ServerMessage;

    fn replaced(&self) -> CancellationToken {
        self.attached.replaced.clone()
    }

    /// `None`: the device reads too slowly.
    async fn news(&mut self) -> Option<ServerMessage> {
        self.attached.events.recv().await.map(translate::event)
    }

    async fn answer(&self, message: DeviceMessage) -> Option<ServerMessage> {
        let (service, from) = (self.service, &self.attached.address);
        let said = noting::said(service, &message);
        let reply = reply(service, from, message).await;
        if let Some(said) = said {
            noting::note(said, service, from, reply.as_ref());
        }
        reply
    }

    async fn told(&mut self, message: &ServerMessage) {
        noting::told(self.service, &self.attached.address, message);
    }
}

/// What a message is answered with: an SDP answer, a refusal, or nothing.
async fn reply(service: &Service, from: &DeviceAddress, message: DeviceMessage) -> Option<ServerMessage> {
    match message {
        DeviceMessage::Hello { .. } => Some(Refusal::HELLO_AGAIN.into()),
        DeviceMessage::Ringing { call } => done(call, service.ringing(from, call).await),
        DeviceMessage::Decline { call } => done(call, service.decline(from, call).await),
        DeviceMessage::HangUp { call } => done(call, service.hang_up(from, call).await),
        DeviceMessage::Call { sdp, tracks, via } => {
            let request = CallBusiness { offer: sdp, tracks: tracks.into(), via };
            Some(calling(service.call_business(from, request).await))
        }
        DeviceMessage::Update { call, sdp, tracks } => {
            let tracks: Vec<Track> = tracks.into();
            Some(updated(call, service.update(from, call, sdp.as_deref(), &tracks).await))
        }
        DeviceMessage::Accept { call, sdp } => Some(accepted(call, service.accept(from, call, &sdp).await)),
        DeviceMessage::Message { text } => heard(service.say(from, text).await),
        DeviceMessage::PermissionReply { entry, response } => heard(service.reply(from, entry, response).await),
        DeviceMessage::RevokePermission {} => heard(service.revoke_own(from).await),
        DeviceMessage::Postback { entry, payload } => heard(service.tap(from, entry, payload).await),
        DeviceMessage::Resume { call, sdp } => Some(accepted(call, service.resume(from, call, &sdp).await)),
    }
}

fn done(call: CallId, result: Result<(), AcceptError>) -> Option<ServerMessage> {
    result.err().map(|error| Refusal::from(error).about(Some(call)))
}

/// What came of it is told to every device of the consumer.
fn heard(result: Result<(), SayError>) -> Option<ServerMessage> {
    result.err().map(|error| Refusal::from(error).into())
}

fn calling(result: Result<Calling, CallBusinessError>) -> ServerMessage {
    match result {
        Ok(Calling { call, ring_until, answer }) => ServerMessage::Calling { call, ring_until, sdp: answer },
        Err(error) => Refusal::from(error).into(),
    }
}

fn updated(call: CallId, result: Result<Option<String>, AcceptError>) -> ServerMessage {
    match result {
        Ok(sdp) => ServerMessage::Updated { call, sdp },
        Err(error) => Refusal::from(error).about(Some(call)),
    }
}

fn accepted(call: CallId, result: Result<String, AcceptError>) -> ServerMessage {
    match result {
        Ok(sdp) => ServerMessage::Accepted { call, sdp },
        Err(error) => Refusal::from(error).about(Some(call)),
    }
}
