use std::convert::Infallible;

use offhook_call::{CallId, Track};
use offhook_service::{
    AcceptError, Attached, CallBusiness, CallBusinessError, Calling, DeviceAddress, SayError, Service,
};
use offhook_wire::consumer::{DeviceMessage, ServerMessage};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::hello;
use super::noting;
use super::translate;
use crate::HttpState;
use crate::channel::{Close, Refusal, Socket};

/// Serves one connection until it ends.
pub(super) async fn run(mut socket: Socket, state: &HttpState) {
    let Err(close) = serve(&mut socket, state).await;
    if let Some(frame) = close.frame() {
        socket.close(frame).await;
    }
}

async fn serve(socket: &mut Socket, state: &HttpState) -> Result<Infallible, Close> {
    let greeting = timeout(state.consumer.hello_timeout, hello::greet(socket, &state.service));
    let greeted = state.stop.run_until_cancelled(greeting).await.ok_or(Close::GoingAway)?;
    let device = greeted.map_err(|_| Close::HelloTimeout)??;
    converse(socket, state, device).await
}

/// Carries messages both ways. What the server has to tell goes first, so that a device learns how its call ended
/// before it learns that the server stops.
async fn converse(socket: &mut Socket, state: &HttpState, mut device: Attached) -> Result<Infallible, Close> {
    let every = state.consumer.ping_every;
    let mut pings = interval_at(Instant::now() + every, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = device.replaced.cancelled() => return Err(Close::Replaced),
            event = device.events.recv() => {
                // The device reads too slowly.
                let event = event.ok_or(Close::Gone)?;
                let message = translate::event(event);
                socket.send(&message).await?;
                noting::told(&state.service, &device.address, &message);
            }
            () = state.stop.cancelled() => return Err(Close::GoingAway),
            due = pings.tick() => {
                if due.elapsed() > every {
                    socket.excuse();
                }
                socket.ping().await?;
            }
            message = socket.receive() => {
                let reply = match message? {
                    Ok(message) => answer(&state.service, &device.address, message).await,
                    Err(error) => Some(Refusal::bad_message(&error).into()),
                };
                if let Some(reply) = reply {
                    socket.send(&reply).await?;
                    noting::told(&state.service, &device.address, &reply);
                }
            }
        }
    }
}

/// What a message is answered with; both are noted.
async fn answer(service: &Service, from: &DeviceAddress, message: DeviceMessage) -> Option<ServerMessage> {
    let said = noting::said(service, &message);
    let reply = reply(service, from, message).await;
    if let Some(said) = said {
        noting::note(said, service, from, reply.as_ref());
    }
    reply
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
