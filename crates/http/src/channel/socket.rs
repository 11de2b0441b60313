//! A WebSocket as the protocols need it: JSON messages in and out, each bounded in time.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use super::Close;
use crate::ConsumerLimits;

pub(crate) struct Socket {
    inner: WebSocket,
    send_timeout: Duration,
    dead_after: Duration,
    heard_at: Instant,
}

impl Socket {
    pub(crate) fn new(inner: WebSocket, limits: &ConsumerLimits) -> Self {
        let ConsumerLimits { send_timeout, dead_after, .. } = *limits;
        Self { inner, send_timeout, dead_after, heard_at: Instant::now() }
    }

    /// The next message; the inner error is about a text that is none. Cancel-safe.
    pub(crate) async fn receive<M: DeserializeOwned>(&mut self) -> Result<serde_json::Result<M>, Close> {
        loop {
            // What is too large or no WebSocket at all is an error here; so is a broken connection, which is not told.
            let message = self.inner.recv().await.ok_or(Close::Gone)?.map_err(|_| Close::BadMessage)?;
            self.heard_at = Instant::now();
            match message {
                Message::Text(text) => return Ok(serde_json::from_str(&text)),
                Message::Binary(_) => return Err(Close::BadMessage),
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Close(_) => return Err(Close::Gone),
            }
        }
    }

    pub(crate) async fn send(&mut self, message: &impl Serialize) -> Result<(), Close> {
        let text = serde_json::to_string(message).expect("server messages have text keys only");
        self.write(Message::text(text)).await
    }

    /// The process was stopped: nobody asked the other side, or listened to it.
    pub(crate) fn excuse(&mut self) {
        self.heard_at = Instant::now();
    }

    /// Asks whether the other side is there, unless it has been silent for too long already.
    pub(crate) async fn ping(&mut self) -> Result<(), Close> {
        if self.heard_at.elapsed() >= self.dead_after {
            return Err(Close::Gone);
        }
        self.write(Message::Ping(Vec::new().into())).await
    }

    /// Says why, and reads on until the other side has closed too: closing a connection with bytes unread would reset
    /// it, and the other side might never read why.
    pub(crate) async fn close(mut self, frame: CloseFrame) {
        if self.write(Message::Close(Some(frame))).await.is_ok() {
            let other_side_closed = async { while let Some(Ok(_)) = self.inner.recv().await {} };
            // If it does not close in time, the connection is dropped all the same.
            let _ = timeout(CLOSE_TIMEOUT, other_side_closed).await;
        }
    }

    async fn write(&mut self, message: Message) -> Result<(), Close> {
        match timeout(self.send_timeout, self.inner.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Close::Gone),
        }
    }
}

/// How long the other side may take to close too; short, because a server that stops waits for it.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
