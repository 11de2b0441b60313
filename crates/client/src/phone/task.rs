//! A line's task: its socket, its clock, its commands.

use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use super::loss::Loss;
use super::{Heard, Line, LineEvent, Output, Statistics};
use crate::audio::FRAME_TIME;

/// Something to do with the line and its network between two of its steps.
pub(super) type Command = Box<dyn FnOnce(&mut Line, &mut Loss) + Send>;

/// Largest datagram taken.
const DATAGRAM_BYTES_MAX: usize = 2_000;

pub(super) struct Task {
    pub(super) line: Line,
    pub(super) socket: UdpSocket,
    pub(super) commands: mpsc::Receiver<Command>,
    pub(super) events: mpsc::Sender<LineEvent>,
    /// Told after each tick.
    pub(super) heard: watch::Sender<Heard>,
    pub(super) stop: CancellationToken,
    /// The network's, on top of what the real one loses.
    pub(super) loss: Loss,
}

impl Task {
    /// Runs until it is stopped or the connection is over; then says goodbye.
    pub(super) async fn run(mut self) -> Statistics {
        let mut ticks = interval(FRAME_TIME);
        // A late tick is made up for, so that the stream keeps its pace.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut datagram = [0; DATAGRAM_BYTES_MAX];
        while !self.line.is_closed() {
            let wake = self.drain().await;
            tokio::select! {
                () = self.stop.cancelled() => break,
                Some(command) = self.commands.recv() => command(&mut self.line, &mut self.loss),
                // An error here is an ICMP answer to something sent; ICE notices what matters of it.
                Ok((length, source)) = self.socket.recv_from(&mut datagram) => {
                    if !self.loss.strikes() {
                        self.line.handle_datagram(Instant::now(), source, &datagram[..length]);
                    }
                }
                _ = ticks.tick() => {
                    self.line.tick(Instant::now());
                    self.heard.send_replace(self.line.heard());
                }
                () = sleep_until(wake.into()) => self.line.handle_timeout(Instant::now()),
            }
        }
        self.line.hang_up();
        self.drain().await;
        self.line.statistics()
    }

    /// Does all that the line asks for; returns when it wants to be woken.
    async fn drain(&mut self) -> Instant {
        loop {
            match self.line.poll() {
                Output::Timeout(wake) => return wake,
                Output::Transmit(_) if self.loss.strikes() => {}
                Output::Transmit(transmit) => {
                    if let Err(error) = self.socket.send_to(&transmit.contents, transmit.destination).await {
                        tracing::debug!(%error, destination = %transmit.destination, "datagram not sent");
                    }
                }
                Output::Event(event) => {
                    if self.events.try_send(event).is_err() {
                        tracing::debug!("nobody takes the line's events");
                    }
                }
            }
        }
    }
}
