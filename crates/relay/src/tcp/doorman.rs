//! The handle on the thread that accepts connections.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::door::{Closer, Door, Entrance};
use super::listener::Listener;
use super::seats::Seats;
use crate::config::TcpConfig;
use crate::relay::Event;

/// The running thread.
#[derive(Debug)]
pub(crate) struct Doorman {
    closer: Closer,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Doorman {
    /// `shards`: in the order of their numbers.
    pub(crate) fn start(
        config: &TcpConfig,
        listeners: Vec<Listener>,
        shards: Vec<Entrance>,
        events: mpsc::Sender<Event>,
    ) -> io::Result<Self> {
        let seats = Seats::new(config.connections_max, config.connections_per_address_max);
        let (door, closer) = Door::new(listeners, seats, config.first_check_max, shards)?;
        let thread = std::thread::Builder::new().name("media-tcp".to_owned()).spawn(move || watch(door, &events))?;
        Ok(Self { closer, thread: Mutex::new(Some(thread)) })
    }

    /// The thread, for the first caller.
    pub(crate) fn stop(&self) -> Option<JoinHandle<()>> {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        self.closer.close();
        Some(thread)
    }
}

/// Runs the door and reports an end that nobody asked for.
fn watch(door: Door, events: &mpsc::Sender<Event>) {
    let error = match catch_unwind(AssertUnwindSafe(|| door.run())) {
        Ok(Ok(())) => return,
        Ok(Err(error)) => Some(error),
        Err(_) => None,
    };
    // If nobody listens any more, the process is about to end anyway.
    let _ = events.blocking_send(Event::DoorFailed { error });
}
