//! A phone: a line on a UDP socket, run by a task.

use std::io;
use std::time::Instant;

use tokio::net::UdpSocket;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::loss::Loss;
use super::task::{Command, Task};
use super::{Camera, Config, Digit, Heard, Line, LineEvent, SdpRefused, Source, Statistics};

/// A party to a call. Dropping it ends its connection.
pub struct Phone {
    commands: mpsc::Sender<Command>,
    events: mpsc::Receiver<LineEvent>,
    heard: watch::Receiver<Heard>,
    stop: DropGuard,
    task: JoinHandle<Statistics>,
}

#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("no UDP socket")]
    Socket(#[source] io::Error),
    #[error(transparent)]
    Sdp(#[from] SdpRefused),
    /// It was closed by the other party, or its connection broke.
    #[error("the phone is not in a connection any more")]
    Closed,
}

/// Commands that may wait for the task.
const COMMANDS_MAX: usize = 16;

/// Events that may wait for their reader; more are dropped.
const EVENTS_MAX: usize = 256;

impl Phone {
    /// Picks up the receiver: a socket of its own, nothing said yet.
    pub async fn new(config: Config) -> Result<Self, PhoneError> {
        let socket = UdpSocket::bind((config.local_ip, 0)).await.map_err(PhoneError::Socket)?;
        let local = socket.local_addr().map_err(PhoneError::Socket)?;
        let line = Line::new(config, local, Instant::now());
        let (commands, commands_taken) = mpsc::channel(COMMANDS_MAX);
        let (events_told, events) = mpsc::channel(EVENTS_MAX);
        let (heard_told, heard) = watch::channel(line.heard());
        let stop = CancellationToken::new();
        let task = Task {
            line,
            socket,
            commands: commands_taken,
            events: events_told,
            heard: heard_told,
            stop: stop.clone(),
            loss: Loss::None,
        };
        Ok(Self { commands, events, heard, stop: stop.drop_guard(), task: tokio::spawn(task.run()) })
    }

    /// An offer for the other party; its answer goes to [`Phone::apply_answer`].
    pub async fn offer(&self) -> Result<String, PhoneError> {
        self.on_line(Line::offer).await
    }

    /// An offer that turns the own video on or off; see [`Line::offer_video`].
    pub async fn offer_video(&self, camera: Option<Camera>) -> Result<Option<String>, PhoneError> {
        self.on_line(move |line| line.offer_video(camera)).await
    }

    pub async fn apply_answer(&self, sdp: &str) -> Result<(), PhoneError> {
        let sdp = sdp.to_owned();
        Ok(self.on_line(move |line| line.apply_answer(&sdp)).await??)
    }

    /// Applies the other party's offer and returns the answer, which is applied already. See [`Line::apply_offer`].
    pub async fn apply_offer(&self, sdp: &str) -> Result<String, PhoneError> {
        let sdp = sdp.to_owned();
        Ok(self.on_line(move |line| line.apply_offer(&sdp)).await??)
    }

    /// Says something else from now on.
    pub async fn say(&self, source: Source) -> Result<(), PhoneError> {
        self.on_line(move |line| line.say(source)).await
    }

    /// Presses these keys one after the other: 500 ms each, 100 ms apart.
    pub async fn press(&self, digits: Vec<Digit>) -> Result<(), PhoneError> {
        self.on_line(move |line| digits.into_iter().for_each(|digit| line.press(digit))).await
    }

    /// Loses so many percent of all datagrams from now on, both ways; the same ones of the same with the same seed.
    pub async fn lose(&self, percent: u8, seed: u64) -> Result<(), PhoneError> {
        self.in_task(move |_, loss| *loss = Loss::of(percent, seed)).await
    }

    pub async fn statistics(&self) -> Result<Statistics, PhoneError> {
        self.on_line(|line| line.statistics()).await
    }

    /// The next thing that happens; `None` once the connection is over. Can be dropped and called again.
    pub async fn next_event(&mut self) -> Option<LineEvent> {
        self.events.recv().await
    }

    /// Waits until what was heard is enough, and returns it.
    pub async fn heard_until(&self, enough: impl FnMut(&Heard) -> bool) -> Result<Heard, PhoneError> {
        self.heard.clone().wait_for(enough).await.map(|heard| *heard).map_err(|_| PhoneError::Closed)
    }

    /// Hangs up: the connection is closed when this returns.
    pub async fn hang_up(self) -> Statistics {
        drop(self.stop);
        self.task.await.expect("the task neither panics nor is aborted")
    }

    async fn on_line<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Line) -> T + Send + 'static,
    ) -> Result<T, PhoneError> {
        self.in_task(move |line, _| act(line)).await
    }

    async fn in_task<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Line, &mut Loss) -> T + Send + 'static,
    ) -> Result<T, PhoneError> {
        let (done, result) = oneshot::channel();
        let command: Command = Box::new(move |line, loss| {
            // A caller that went away does not need the result.
            let _ = done.send(act(line, loss));
        });
        self.commands.send(command).await.map_err(|_| PhoneError::Closed)?;
        result.await.map_err(|_| PhoneError::Closed)
    }
}
