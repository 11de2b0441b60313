use std::convert::Infallible;

use offhook_call::AgentId;
use offhook_service::Seated;
use offhook_wire::desk::{AgentMessage, DeskMessage};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use super::noting::Noting;
use super::translate;
use crate::HttpState;
use crate::channel::{Close, Refusal, Socket};

/// Serves one connection until it ends. `agent`: who is signed in.
pub(super) async fn run(mut socket: Socket, state: &HttpState, agent: Option<AgentId>) {
    let Err(close) = serve(&mut socket, state, agent).await;
    if let Some(frame) = close.frame() {
        socket.close(frame).await;
    }
}

async fn serve(socket: &mut Socket, state: &HttpState, agent: Option<AgentId>) -> Result<Infallible, Close> {
    let agent = agent.ok_or(Close::BadToken)?;
    let greeting = timeout(state.consumer.hello_timeout, greet(socket, state, agent));
    let greeted = state.stop.run_until_cancelled(greeting).await.ok_or(Close::GoingAway)?;
    let seated = greeted.map_err(|_| Close::HelloTimeout)??;
    converse(socket, state, seated).await
}

/// Waits for `hello`, connects the device and welcomes it.
async fn greet(socket: &mut Socket, state: &HttpState, agent: AgentId) -> Result<Seated, Close> {
    let refused = match socket.receive().await? {
        Ok(AgentMessage::Hello { device }) => {
            let seated = state.service.sit_down(agent, device).await?;
            socket.send(&translate::welcome(&seated)).await?;
            return Ok(seated);
        }
        Ok(
            AgentMessage::Free { .. }
            | AgentMessage::Accept { .. }
            | AgentMessage::Refuse { .. }
            | AgentMessage::Resume { .. }
            | AgentMessage::Update { .. }
            | AgentMessage::Hold { .. }
            | AgentMessage::HandOver { .. }
            | AgentMessage::HangUp { .. }
            | AgentMessage::Dial { .. }
            | AgentMessage::RequestPermission { .. }
            | AgentMessage::Note { .. }
            | AgentMessage::Consumers { .. }
            | AgentMessage::History {},
        ) => Refusal::HELLO_FIRST,
        Err(error) => Refusal::bad_message(&error),
    };
    socket.send(&DeskMessage::from(refused)).await?;
    Err(Close::BadMessage)
}

/// Carries messages both ways. What the server has to tell goes first, so that a device learns how its call ended
/// before it learns that the server stops.
async fn converse(socket: &mut Socket, state: &HttpState, mut seated: Seated) -> Result<Infallible, Close> {
    let mut noting = Noting::of(&state.service, &seated.seat);
    let every = state.consumer.ping_every;
    let mut pings = interval_at(Instant::now() + every, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = seated.replaced.cancelled() => return Err(Close::Replaced),
            event = seated.events.recv() => {
                // The device reads too slowly, or the agent may not be here any more.
                let event = event.ok_or(Close::Gone)?;
                let message = translate::event(event, &seated.seat);
                socket.send(&message).await?;
                noting.told(&message).await;
            }
            () = state.stop.cancelled() => return Err(Close::GoingAway),
            due = pings.tick() => {
                if due.elapsed() > every {
                    socket.excuse();
                }
                socket.ping().await?;
            }
            message = socket.receive() => {
                let told = match message? {
                    Ok(message) => noting.answer(message).await,
                    Err(error) => Some(Refusal::bad_message(&error).into()),
                };
                if let Some(told) = told {
                    socket.send(&told).await?;
                    noting.told(&told).await;
                }
            }
        }
    }
}
