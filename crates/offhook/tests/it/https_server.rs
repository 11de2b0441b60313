//! `offhook serve` with a certificate of the test's own, and a client that trusts it alone.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::CertifiedKey;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};

use crate::dev_server::{COMPLAINTS, PATIENCE};
use crate::serve_server::{ADMIN_TOKEN, ServeServer};

pub(crate) const HTTP_1: &[u8] = b"http/1.1";
pub(crate) const HTTP_2: &[u8] = b"h2";

/// A certificate for `localhost`, signed by itself, and its key, as PEM.
pub(crate) struct Certificate {
    pub(crate) pem: String,
    pub(crate) key: String,
    pub(crate) der: CertificateDer<'static>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        Self { pem: cert.pem(), key: signing_key.serialize_pem(), der: cert.der().clone() }
    }

    /// Puts it where the server looks.
    pub(crate) fn install(&self, data: &Path) {
        std::fs::write(data.join("certificate.pem"), &self.pem).unwrap();
        std::fs::write(data.join("key.pem"), &self.key).unwrap();
    }
}

pub(crate) struct HttpsServer {
    pub(crate) server: ServeServer,
    certificate: Certificate,
}

impl HttpsServer {
    pub(crate) async fn start(data: &Path) -> Self {
        Self::start_with(data, "").await
    }

    /// `extra`: TOML beside what every test needs.
    pub(crate) async fn start_with(data: &Path, extra: &str) -> Self {
        let certificate = Certificate::new();
        certificate.install(data);
        let server = Self { server: ServeServer::start_private(data, &settings(data, extra)), certificate };
        let ready = async {
            while server.try_connect(&[], HTTP_1).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, ready).await.expect("the server starts");
        server
    }

    /// A connection with these protocols; by default all versions of TLS.
    pub(crate) async fn connect(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        protocol: &[u8],
    ) -> TlsStream<TcpStream> {
        self.try_connect(versions, protocol).await.unwrap()
    }

    async fn try_connect(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        protocol: &[u8],
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let versions = if versions.is_empty() { &[&TLS12, &TLS13] } else { versions };
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.der.clone()).unwrap();
        let config = ClientConfig::builder_with_protocol_versions(versions).with_root_certificates(roots);
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let stream = TcpStream::connect(("127.0.0.1", self.server.base.port().unwrap())).await?;
        TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await
    }

    /// From now on the client trusts this one.
    pub(crate) fn expect(&mut self, certificate: Certificate) {
        self.certificate = certificate;
    }

    /// Waits until new connections get the certificate that is expected.
    pub(crate) async fn until_it_is_served(&self) {
        let served = async {
            while self.try_connect(&[], HTTP_1).await.is_err() {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(PATIENCE, served).await.expect("the certificate is served");
    }

    /// What a new connection answers to a request of the operator.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask_as(ADMIN_TOKEN, method, path, body).await
    }

    pub(crate) async fn ask_as(&self, token: &str, method: &str, path: &str, body: &Value) -> Value {
        let request = hyper::Request::builder().method(method).uri(path).header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
        let response = Http1::over(self.connect(&[], HTTP_1).await).await.send(request).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(Body::new(body), usize::MAX).await.unwrap();
        assert!(parts.status.is_success(), "{method} {path}: {} {}", parts.status, String::from_utf8_lossy(&bytes));
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    }

    pub(crate) fn complaints(data: &Path) -> String {
        std::fs::read_to_string(data.join(COMPLAINTS)).unwrap()
    }
}

/// The certificate's files are looked at often.
pub(crate) fn settings(data: &Path, extra: &str) -> String {
    let file = |name| data.join(name).display().to_string();
    format!(
        "{extra}\n[tls]\ncertificate = {}\nkey = {}\nreload_every = \"50ms\"",
        json!(file("certificate.pem")),
        json!(file("key.pem")),
    )
}

/// A connection of HTTP/1.1 that may be used again.
pub(crate) struct Http1(http1::SendRequest<Body>);

impl Http1 {
    pub(crate) async fn over(stream: TlsStream<TcpStream>) -> Self {
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self(sender)
    }

    pub(crate) async fn send(&mut self, request: hyper::Request<Body>) -> hyper::Response<hyper::body::Incoming> {
        timeout(PATIENCE, self.0.send_request(request)).await.expect("an answer in time").unwrap()
    }
}

/// A connection of HTTP/2.
pub(crate) async fn http_2(stream: TlsStream<TcpStream>) -> http2::SendRequest<Body> {
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}
