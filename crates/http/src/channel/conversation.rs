//! A channel from its WebSocket's beginning to its end, the same for consumers and for the desk.

use std::convert::Infallible;

use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tokio_util::sync::CancellationToken;

use super::{Close, Refusal, Socket};
use crate::HttpState;

/// A device that was welcomed: what it is told, and what its messages are answered with.
pub(crate) trait Welcomed: Send {
    /// What it says.
    type Heard: DeserializeOwned + Send;
    /// What it is told.
    type Told: Serialize + From<Refusal> + Send + Sync;

    /// Cancelled when the device connects again.
    fn replaced(&self) -> CancellationToken;

    /// What the server has to tell next; `None`: the connection must close. Cancel-safe.
    fn news(&mut self) -> impl Future<Output = Option<Self::Told>> + Send;

    fn answer(&self, message: Self::Heard) -> impl Future<Output = Option<Self::Told>> + Send;

    /// This went out to it.
    fn told(&mut self, message: &Self::Told) -> impl Future<Output = ()> + Send;
}

/// Becomes a WebSocket, which is served as a task that the server waits for when it stops.
pub(crate) fn upgrade<F>(
    upgrade: WebSocketUpgrade,
    state: HttpState,
    serve: impl FnOnce(Socket, HttpState) -> F + Send + 'static,
) -> Response
where
    F: Future<Output = ()> + Send + 'static,
{
    let bytes_max = state.consumer.message_bytes_max;
    upgrade.max_message_size(bytes_max).max_frame_size(bytes_max).on_upgrade(move |socket| {
        let tasks = state.tasks.clone();
        let socket = Socket::new(socket, &state.consumer);
        tasks.track_future(serve(socket, state))
    })
}

/// What comes of a greeting, which may not take for ever.
pub(crate) async fn greeted<W>(
    state: &HttpState,
    greeting: impl Future<Output = Result<W, Close>>,
) -> Result<W, Close> {
    let greeting = timeout(state.consumer.hello_timeout, greeting);
    let greeted = state.stop.run_until_cancelled(greeting).await.ok_or(Close::GoingAway)?;
    greeted.map_err(|_| Close::HelloTimeout)?
}

/// Serves a connection until it ends, and says why if the other side is there.
pub(crate) async fn converse<W: Welcomed>(mut socket: Socket, state: &HttpState, welcomed: Result<W, Close>) {
    let close = match welcomed {
        Ok(device) => {
            let Err(close) = carry(&mut socket, state, device).await;
            close
        }
        Err(close) => close,
    };
    if let Some(frame) = close.frame() {
        socket.close(frame).await;
    }
}

/// Carries messages both ways. What the server has to tell goes first, so that a device learns how its call ended
/// before it learns that the server stops.
async fn carry<W: Welcomed>(socket: &mut Socket, state: &HttpState, mut device: W) -> Result<Infallible, Close> {
    let every = state.consumer.ping_every;
    let mut pings = interval_at(Instant::now() + every, every);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let replaced = device.replaced();
    loop {
        let told = tokio::select! {
            biased;
            () = replaced.cancelled() => return Err(Close::Replaced),
            news = device.news() => Some(news.ok_or(Close::Gone)?),
            () = state.stop.cancelled() => return Err(Close::GoingAway),
            due = pings.tick() => {
                if due.elapsed() > every {
                    socket.excuse();
                }
                socket.ping().await?;
                None
            }
            message = socket.receive() => match message? {
                Ok(message) => device.answer(message).await,
                Err(error) => Some(Refusal::bad_message(&error).into()),
            },
        };
        if let Some(told) = told {
            socket.send(&told).await?;
            device.told(&told).await;
        }
    }
}
