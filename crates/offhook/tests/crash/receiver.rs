//! The callbacks of all apps: logs every webhook and answers well, badly or late, as the seed says.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use offhook_call::{AppId, CallId, PageId, Psid};
use offhook_client::webhook::{self, CallEventKind, Event, SIGNATURE_HEADER};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use url::Url;

use crate::history::Arrival;
use crate::program::WEBHOOK_TIMEOUT;

/// Cheap to clone. Stops when the world tells it to.
#[derive(Clone)]
pub(crate) struct Receiver(Arc<Inner>);

struct Inner {
    address: SocketAddr,
    log: Mutex<Log>,
    server: Mutex<Option<AbortHandle>>,
}

struct Log {
    arrivals: Vec<Arrival>,
    secrets: HashMap<AppId, String>,
    desks: HashMap<AppId, mpsc::Sender<Ring>>,
    dice: StdRng,
}

/// A consumer calls a Page of an app's.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ring {
    pub(crate) page: PageId,
    pub(crate) psid: Psid,
    pub(crate) call: CallId,
}

/// Calls that wait for an app's desk; more are not taken.
const RINGS: usize = 64;

/// How a webhook is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Well,
    Badly,
    Late,
}

impl Receiver {
    pub(crate) async fn start(seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let log = Log {
            arrivals: Vec::new(),
            secrets: HashMap::new(),
            desks: HashMap::new(),
            dice: StdRng::seed_from_u64(seed),
        };
        let receiver = Self(Arc::new(Inner { address, log: Mutex::new(log), server: Mutex::default() }));
        let routes = Router::new().route("/{app}", get(handshake).post(receive)).with_state(receiver.clone());
        let server = tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        *receiver.0.server.lock().unwrap() = Some(server.abort_handle());
        receiver
    }

    pub(crate) fn callback(&self, app: AppId) -> Url {
        format!("http://{}/{app}", self.0.address).parse().unwrap()
    }

    /// From now on webhooks of the app are judged by this secret.
    pub(crate) fn expect(&self, app: AppId, secret: &str) {
        self.0.log.lock().unwrap().secrets.insert(app, secret.to_owned());
    }

    /// The consumers' calls that the app is told of from now on.
    pub(crate) fn rings(&self, app: AppId) -> mpsc::Receiver<Ring> {
        let (desk, rings) = mpsc::channel(RINGS);
        self.0.log.lock().unwrap().desks.insert(app, desk);
        rings
    }

    pub(crate) fn stop(self) -> Vec<Arrival> {
        if let Some(server) = self.0.server.lock().unwrap().take() {
            server.abort();
        }
        std::mem::take(&mut self.0.log.lock().unwrap().arrivals)
    }
}

impl Log {
    fn take(&mut self, app: AppId, headers: &HeaderMap, body: Bytes) -> Mood {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let id = header("webhook-id").unwrap_or_default().to_owned();
        let events =
            self.secrets.get(&app).and_then(|secret| webhook::open(secret, header(SIGNATURE_HEADER), &body).ok());
        let mood = self.mood(app, &body);
        if let Some(desk) = self.desks.get(&app) {
            for ring in events.iter().flatten().filter_map(ring) {
                // A desk that is busy or gone does not answer.
                let _ = desk.try_send(ring);
            }
        }
        self.arrivals.push(Arrival { app, id, body: body.into(), events, acknowledged: mood == Mood::Well });
        mood
    }

    /// What fails at first succeeds at the second or third try, so that all ends soon. Tries are told by their bodies: a
    /// planted bug changes the ids.
    fn mood(&mut self, app: AppId, body: &[u8]) -> Mood {
        let tries = self.arrivals.iter().rev().filter(|arrival| arrival.app == app && arrival.body == body).count();
        match (tries, self.dice.random_range(0..100)) {
            (0, 0..5) => Mood::Badly,
            (0, 5..7) => Mood::Late,
            (1, 0..2) => Mood::Badly,
            (_, _) => Mood::Well,
        }
    }
}

fn ring(event: &Event) -> Option<Ring> {
    let Event::Call(event) = event else { return None };
    let CallEventKind::Calling { consumer: psid } = event.kind else { return None };
    Some(Ring { page: event.page, psid, call: event.call.as_str().parse().ok()? })
}

async fn handshake(Query(asked): Query<HashMap<String, String>>) -> String {
    asked.get("hub.challenge").cloned().unwrap_or_default()
}

async fn receive(
    State(receiver): State<Receiver>,
    Path(app): Path<AppId>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let mood = receiver.0.log.lock().unwrap().take(app, &headers, body);
    match mood {
        Mood::Well => StatusCode::OK,
        Mood::Badly => StatusCode::INTERNAL_SERVER_ERROR,
        Mood::Late => {
            tokio::time::sleep(WEBHOOK_TIMEOUT * 2).await;
            StatusCode::OK
        }
    }
}

#[tokio::test]
async fn no_third_try_fails_even_if_each_comes_with_another_id() {
    for seed in 0..200 {
        let receiver = Receiver::start(seed).await;
        let app = AppId(1);
        let mut moods = (0..4).map(|id: u16| {
            let headers = HeaderMap::from_iter([("webhook-id".parse().unwrap(), id.into())]);
            receiver.0.log.lock().unwrap().take(app, &headers, Bytes::from_static(b"{}"))
        });
        assert!(moods.nth(2) == Some(Mood::Well) && moods.next() == Some(Mood::Well), "{seed}");
    }
}
