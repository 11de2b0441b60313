use std::sync::Arc;

use offhook_call::{AgentId, DeviceId, Seat};
use offhook_store::{Agent, Error, Page};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::DeskEvent;
use crate::Service;
use crate::service::Inner;

/// A connected device of an agent. Dropping it takes the device off. The first event is the board.
pub struct Seated {
    pub seat: Seat,
    pub agent: Agent,
    /// For which the agent answers.
    pub pages: Vec<Page>,
    /// Ends when the device reads too slowly, or the agent may not be here any more: the connection must close.
    pub events: mpsc::Receiver<DeskEvent>,
    /// Cancelled when the device connects again: the connection must close, and the device not come back on it.
    pub replaced: CancellationToken,
    _presence: Presence,
}

#[derive(Debug, thiserror::Error)]
pub enum SeatError {
    #[error("there is no such agent, or they may not sign in")]
    NoAgent,
    #[error("the agent has too many devices connected")]
    TooManyDevices,
    #[error("the server is stopping")]
    Draining,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    /// Connects a device of an agent who is signed in.
    pub async fn sit_down(&self, agent: AgentId, device: DeviceId) -> Result<Seated, SeatError> {
        if self.is_draining() {
            return Err(SeatError::Draining);
        }
        let found = self.store().agent(agent).await?;
        let agent = found.filter(|agent| agent.enabled).ok_or(SeatError::NoAgent)?;
        let mut pages = Vec::with_capacity(agent.pages.len());
        for page in &agent.pages {
            pages.extend(self.store().page(*page).await?);
        }
        let seat = Seat { agent: agent.id, device };
        let link = self.inner.seats.sit_down(&seat).ok_or(SeatError::TooManyDevices)?;
        let presence = Presence { inner: Arc::clone(&self.inner), agent: agent.id };
        self.inner.seats.poke();
        Ok(Seated { seat, agent, pages, events: link.events, replaced: link.replaced, _presence: presence })
    }
}

/// Takes the device off when the connection is dropped.
struct Presence {
    inner: Arc<Inner>,
    agent: AgentId,
}

impl Drop for Presence {
    fn drop(&mut self) {
        // Fields drop in order, so the receiver is closed by now.
        self.inner.seats.sweep(self.agent);
        self.inner.seats.poke();
    }
}
