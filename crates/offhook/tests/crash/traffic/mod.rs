//! Those who use the program while it dies: businesses at their desks, agents at the program's own, operators, consumers'
//! devices. Each does one thing after the other, logs it with its outcome, and stops at the first outcome that it cannot know.

mod agent;
mod clerk;
mod desk;
mod device;
mod owner;
mod talker;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::SinkExt as _;
use offhook_client::rest::{Error, Refusal};
use offhook_client::{admin, graph};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde::Serialize;
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;

use crate::history::{At, Deed, Operation, Outcome, Span, Thread};
use crate::stage::Stage;

pub(crate) use agent::{look_back, sit};
pub(crate) use clerk::Clerk;
pub(crate) use desk::Desk;
pub(crate) use device::attend;
pub(crate) use owner::{Owner, mark_of};
pub(crate) use talker::Talker;

/// What a browser sends.
const OFFER: &str = include_str!("../../../../../fixtures/sdp/chromium-audio.sdp");

/// Between two deeds of one author.
const PAUSE_MS: std::ops::Range<u64> = 5..80;

/// Where all play, and where they log.
pub(crate) struct Scene {
    pub(crate) stage: Stage,
    pub(crate) base: Url,
    seed: u64,
    numbers: AtomicU64,
    operations: Mutex<Vec<Operation>>,
}

impl Scene {
    pub(crate) fn new(stage: Stage, base: Url, seed: u64) -> Self {
        Self { stage, base, seed, numbers: AtomicU64::new(1), operations: Mutex::default() }
    }

    /// Dice of their own for whoever plays.
    pub(crate) fn dice(&self) -> StdRng {
        StdRng::seed_from_u64(self.seed ^ (self.number() << 32))
    }

    /// A number that is used once.
    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// Logs what was begun at `from` and is over now.
    fn log(&self, thread: Thread, from: At, deed: Deed, outcome: Outcome) {
        let operation = Operation { thread, span: Span { from, to: At::now() }, deed, outcome };
        self.operations.lock().unwrap().push(operation);
    }

    pub(crate) fn take_log(&self) -> Vec<Operation> {
        std::mem::take(&mut self.operations.lock().unwrap())
    }
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A WebSocket is at its end.
struct Broken;

async fn send(socket: &mut Socket, message: &impl Serialize) -> Result<(), Broken> {
    let text = serde_json::to_string(message).expect("messages are plain data");
    socket.send(Message::text(text)).await.map_err(|_| Broken)
}

/// Of a refusal on a WebSocket: one of the server's own trouble does not say that nothing changed.
fn refused(error: String) -> Outcome {
    match error.as_str() {
        "internal" | "overloaded" => Outcome::Unknown,
        _ => Outcome::Refused(error),
    }
}

async fn pause(dice: &mut StdRng) {
    sleep(Duration::from_millis(dice.random_range(PAUSE_MS))).await;
}

/// A refusal that bears a name.
trait Named: Refusal {
    fn named(&self) -> Option<&str>;
}

impl Named for graph::Refusal {
    fn named(&self) -> Option<&str> {
        self.name()
    }
}

impl Named for admin::Refusal {
    fn named(&self) -> Option<&str> {
        Some(&self.name)
    }
}

/// Only a refusal of the client's own doing says that nothing changed.
fn outcome_of<T, R: Named>(result: &Result<T, Error<R>>) -> Outcome {
    match result {
        Ok(_) => Outcome::Done,
        Err(error) if error.status().is_some_and(|status| status.is_client_error()) => {
            let name = error.refusal().and_then(R::named);
            name.map_or(Outcome::Unknown, |name| Outcome::Refused(name.to_owned()))
        }
        Err(_) => Outcome::Unknown,
    }
}
