//! Connections of HTTP: accepted, made private if there is a certificate, served, and ended in order.

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use offhook_http::Arrival;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::tls::Purpose;

/// What connections are served with.
#[derive(Clone)]
pub(super) struct Served {
    pub(super) app: Router,
    /// `None`: plain HTTP.
    pub(super) tls: Option<TlsAcceptor>,
    /// Cancelled when nobody new is taken, and each connection ends after what it is at.
    pub(super) stop: CancellationToken,
}

/// Serves until `stop`, and returns when the last connection is over.
pub(super) async fn serve(listener: TcpListener, served: Served) {
    let connections = TaskTracker::new();
    while let Some((stream, peer)) = served.stop.run_until_cancelled(accept(&listener)).await {
        connections.spawn(served.clone().converse(stream, peer));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                sleep(RETRY_ACCEPT_AFTER).await;
            }
        }
    }
}

/// The connection was gone before it was accepted; the next one may be there.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

impl Served {
    async fn converse(self, stream: TcpStream, peer: SocketAddr) {
        // A message to a device is small and must not wait for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY cannot be set");
        }
        let Some(tls) = &self.tls else {
            return self.http_1(stream, Arrival { peer, is_private: false }).await;
        };
        let handshake = timeout(HANDSHAKE_TIMEOUT, tls.accept(stream));
        let stream = match self.stop.run_until_cancelled(handshake).await {
            Some(Ok(Ok(stream))) => stream,
            Some(Ok(Err(error))) => return tracing::debug!(%error, %peer, "a TLS handshake failed"),
            Some(Err(_)) => return tracing::debug!(%peer, "a TLS handshake took too long"),
            None => return,
        };
        let arrival = Arrival { peer, is_private: true };
        match Purpose::of(stream.get_ref().1.alpn_protocol()) {
            Purpose::Http1 => self.http_1(stream, arrival).await,
            Purpose::Http2 => self.http_2(stream, arrival).await,
            Purpose::Proof => {}
        }
    }

    async fn http_1(self, io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, arrival: Arrival) {
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
        let requests = service_fn(|request| answer(&self.app, request, arrival));
        let connection = builder.serve_connection(TokioIo::new(io), requests).with_upgrades();
        until_over(connection, |connection| connection.graceful_shutdown(), &self.stop).await;
    }

    async fn http_2(self, io: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, arrival: Arrival) {
        let mut builder = http2::Builder::new(TokioExecutor::new());
        builder.timer(TokioTimer::new()).keep_alive_interval(PING_EVERY).enable_connect_protocol();
        let app = self.app;
        let requests = service_fn(move |request| answer(&app, request, arrival));
        let connection = builder.serve_connection(TokioIo::new(io), requests);
        until_over(connection, |connection| connection.graceful_shutdown(), &self.stop).await;
    }
}

fn answer(
    app: &Router,
    request: hyper::Request<Incoming>,
    arrival: Arrival,
) -> impl Future<Output = Result<axum::response::Response, std::convert::Infallible>> + use<> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(arrival);
    app.clone().oneshot(request)
}

/// Both of hyper's kinds of connection; they have no trait in common.
async fn until_over<C: Future<Output = hyper::Result<()>>>(
    connection: C,
    finish: impl Fn(Pin<&mut C>),
    stop: &CancellationToken,
) {
    let mut connection = pin!(connection);
    let over = tokio::select! {
        over = connection.as_mut() => over,
        () = stop.cancelled() => {
            finish(connection.as_mut());
            connection.await
        }
    };
    if let Err(error) = over {
        tracing::debug!(error = &error as &dyn std::error::Error, "a connection broke");
    }
}

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long the head of a request may take; the time between two requests counts.
const HEAD_TIMEOUT: Duration = Duration::from_secs(120);

/// How often a client of HTTP/2 is asked whether it is there.
const PING_EVERY: Duration = Duration::from_secs(20);

/// After an error that concerns all connections, such as too many open files.
const RETRY_ACCEPT_AFTER: Duration = Duration::from_secs(1);
