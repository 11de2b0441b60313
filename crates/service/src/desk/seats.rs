use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{AgentId, DeviceId, Seat};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

use super::{Board, DeskEvent};

/// The agents' devices connected to this node.
#[derive(Default)]
pub(crate) struct Seats {
    agents: Mutex<HashMap<AgentId, Vec<Connection>>>,
    /// What the devices were told may not be what is.
    stale: Notify,
    /// Held by whoever shows the desk, so that no older board follows a newer one.
    pub(super) showing: tokio::sync::Mutex<()>,
    /// Held by whoever gives an agent a call, from the look whether they have one until it is committed.
    pub(super) taking: tokio::sync::Mutex<()>,
}

struct Connection {
    device: DeviceId,
    events: mpsc::Sender<DeskEvent>,
    replaced: CancellationToken,
    /// `None` before the first.
    board: Option<Board>,
}

/// One device's end of its connection.
pub(super) struct Link {
    pub(super) events: mpsc::Receiver<DeskEvent>,
    /// Cancelled when the device connects again: this connection is the older one.
    pub(super) replaced: CancellationToken,
}

impl Seats {
    /// The desk must be shown anew.
    pub(crate) fn poke(&self) {
        self.stale.notify_one();
    }

    pub(super) async fn poked(&self) {
        self.stale.notified().await;
    }

    /// Adds a device, closing its earlier connection. `None`: the agent has too many others.
    pub(super) fn sit_down(&self, seat: &Seat) -> Option<Link> {
        let mut agents = self.lock();
        let connections = agents.entry(seat.agent).or_default();
        connections.retain(|connection| {
            let same = connection.device == seat.device;
            if same {
                connection.replaced.cancel();
            }
            !same
        });
        if connections.len() >= SEATS_PER_AGENT_MAX {
            return None;
        }
        let (sender, events) = mpsc::channel(QUEUE);
        let (device, replaced) = (seat.device.clone(), CancellationToken::new());
        connections.push(Connection { device, events: sender, replaced: replaced.clone(), board: None });
        Some(Link { events, replaced })
    }

    /// Forgets connections whose receiver is gone.
    pub(super) fn sweep(&self, agent: AgentId) {
        let mut agents = self.lock();
        if let Some(connections) = agents.get_mut(&agent) {
            connections.retain(|connection| !connection.events.is_closed());
            if connections.is_empty() {
                agents.remove(&agent);
            }
        }
    }

    /// Ends the connections of all their devices: who may not come back finds out when they try.
    pub(super) fn remove(&self, agent: AgentId) {
        self.lock().remove(&agent);
    }

    /// All connected devices.
    pub(super) fn connected(&self) -> Vec<Seat> {
        let agents = self.lock();
        let seats = agents.iter().flat_map(|(&agent, connections)| {
            connections.iter().map(move |connection| Seat { agent, device: connection.device.clone() })
        });
        seats.collect()
    }

    pub(super) fn agents(&self) -> BTreeSet<AgentId> {
        self.lock().keys().copied().collect()
    }

    /// The board that this device was shown last.
    pub(super) fn board(&self, seat: &Seat) -> Option<Board> {
        self.with(seat, |connection| connection.board.clone()).flatten()
    }

    /// The events of a device that does not read end after those that wait for it; it finds everything again when it
    /// comes back.
    pub(super) fn tell(&self, seat: &Seat, event: DeskEvent) {
        let reads = self.with(seat, |connection| {
            if let DeskEvent::Board(board) = &event {
                connection.board = Some(Board::clone(board));
            }
            connection.events.try_send(event).is_ok()
        });
        if reads == Some(false)
            && let Some(connections) = self.lock().get_mut(&seat.agent)
        {
            connections.retain(|connection| connection.device != seat.device);
        }
    }

    fn with<T>(&self, seat: &Seat, work: impl FnOnce(&mut Connection) -> T) -> Option<T> {
        let mut agents = self.lock();
        let connections = agents.get_mut(&seat.agent)?;
        connections.iter_mut().find(|connection| connection.device == seat.device).map(work)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AgentId, Vec<Connection>>> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.agents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Devices of one agent at a time.
const SEATS_PER_AGENT_MAX: usize = 10;

/// Events that wait for one device.
const QUEUE: usize = 32;
