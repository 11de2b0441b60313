use offhook_call::AgentId;
use offhook_service::{Seated, Service};
use offhook_wire::desk::{AgentMessage, DeskMessage};
use tokio_util::sync::CancellationToken;

use super::noting::Noting;
use super::translate;
use crate::HttpState;
use crate::channel::{Close, Refusal, Socket, Welcomed, converse, greeted};

/// Serves one connection until it ends. `agent`: who is signed in.
pub(super) async fn run(mut socket: Socket, state: HttpState, agent: Option<AgentId>) {
    let seated = greeted(&state, greet(&mut socket, &state.service, agent)).await;
    let device = seated.map(|seated| Device { noting: Noting::of(&state.service, &seated.seat), seated });
    converse(socket, &state, device).await;
}

/// An agent's device. What it says and is told is noted.
struct Device<'s> {
    noting: Noting<'s>,
    seated: Seated,
}

impl Welcomed for Device<'_> {
    type Heard = AgentMessage;
    type Told = DeskMessage;

    fn replaced(&self) -> CancellationToken {
        self.seated.replaced.clone()
    }

    /// `None`: the device reads too slowly, or the agent may not be here any more.
    async fn news(&mut self) -> Option<DeskMessage> {
        let event = self.seated.events.recv().await?;
        Some(translate::event(event, &self.seated.seat))
    }

    async fn answer(&self, message: AgentMessage) -> Option<DeskMessage> {
        self.noting.answer(message).await
    }

    async fn told(&mut self, message: &DeskMessage) {
        self.noting.told(message).await;
    }
}

/// Waits for `hello`, connects the device and welcomes it.
async fn greet(socket: &mut Socket, service: &Service, agent: Option<AgentId>) -> Result<Seated, Close> {
    let agent = agent.ok_or(Close::BadToken)?;
    let refused = match socket.receive().await? {
        Ok(AgentMessage::Hello { device }) => {
            let seated = service.sit_down(agent, device).await?;
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
            | AgentMessage::Consumer { .. }
            | AgentMessage::History {},
        ) => Refusal::HELLO_FIRST,
        Err(error) => Refusal::bad_message(&error),
    };
    socket.send(&DeskMessage::from(refused)).await?;
    Err(Close::BadMessage)
}
