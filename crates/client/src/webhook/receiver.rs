use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use offhook_wire::signature::SIGNATURE_HEADER;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

use super::{Event, Rejected, open};

/// A webhook that arrived.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival {
    /// Signed with the app's secret. The same delivery may arrive again, under the same id.
    Valid { delivery: Option<String>, events: Vec<Event> },
    /// Not signed, or not with this secret; it was refused.
    Wrong,
    /// Rightly signed, but no webhook; it was refused.
    Unreadable,
}

/// Header of a delivery's id (Standard Webhooks).
const DELIVERY_HEADER: &str = "webhook-id";

/// Arrivals that may wait for their reader; beyond it a webhook is refused, and so comes again.
const WAITING_MAX: usize = 256;

const BODY_BYTES_MAX: usize = 1024 * 1024;

const PATH: &str = "/webhook";

/// A web server for webhooks: answers the handshake, verifies signatures, hands events on. Dropping it stops it.
pub struct Receiver {
    address: SocketAddr,
    arrivals: mpsc::Receiver<Arrival>,
    _server: AbortOnDropHandle<()>,
}

struct Expected {
    app_secret: String,
    verify_token: String,
    arrived: mpsc::Sender<Arrival>,
}

impl Receiver {
    /// On `port` of 127.0.0.1; 0 takes a free one.
    pub async fn start(port: u16, app_secret: String, verify_token: String) -> io::Result<Self> {
        Self::bind((Ipv4Addr::LOCALHOST, port).into(), app_secret, verify_token).await
    }

    /// On this address. Meta demands HTTPS: put a proxy with a certificate before it.
    pub async fn bind(address: SocketAddr, app_secret: String, verify_token: String) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (arrived, arrivals) = mpsc::channel(WAITING_MAX);
        let routes = Router::new()
            .route(PATH, get(handshake).post(receive))
            .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
            .with_state(Arc::new(Expected { app_secret, verify_token, arrived }));
        let server = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, routes).await {
                tracing::error!(%error, "the webhook receiver stopped");
            }
        });
        Ok(Self { address, arrivals, _server: AbortOnDropHandle::new(server) })
    }

    /// What to subscribe as the callback, for a server on the same machine.
    pub fn url(&self) -> Url {
        format!("http://{}{PATH}", self.address).parse().expect("a socket address makes a URL")
    }

    /// The next webhook; waits for it. Can be dropped and called again.
    pub async fn next(&mut self) -> Option<Arrival> {
        self.arrivals.recv().await
    }
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode")]
    mode: String,
    #[serde(rename = "hub.verify_token")]
    verify_token: String,
    #[serde(rename = "hub.challenge")]
    challenge: String,
}

/// `hub.challenge` comes back to who knows the token (Meta's Webhooks page).
async fn handshake(State(expected): State<Arc<Expected>>, Query(asked): Query<Handshake>) -> (StatusCode, String) {
    if asked.mode == "subscribe" && asked.verify_token == expected.verify_token {
        (StatusCode::OK, asked.challenge)
    } else {
        (StatusCode::FORBIDDEN, String::new())
    }
}

async fn receive(State(expected): State<Arc<Expected>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let (arrival, answer) = judge(&expected.app_secret, &headers, &body);
    match expected.arrived.try_send(arrival) {
        Ok(()) => answer,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn judge(app_secret: &str, headers: &HeaderMap, body: &[u8]) -> (Arrival, StatusCode) {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match open(app_secret, header(SIGNATURE_HEADER), body) {
        Ok(events) => {
            let delivery = header(DELIVERY_HEADER).map(str::to_owned);
            (Arrival::Valid { delivery, events }, StatusCode::OK)
        }
        Err(Rejected::Signature) => (Arrival::Wrong, StatusCode::FORBIDDEN),
        Err(Rejected::Unreadable(_)) => (Arrival::Unreadable, StatusCode::BAD_REQUEST),
    }
}
