//! TLS of the HTTP server: which certificate is served, where it comes from, and how it follows its files.

mod acme;
mod certificate;
mod files;

use std::future::pending;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_util::sync::CancellationToken;

use crate::config::{self, CertificateSource};
use acme::{Acme, Challenges};
use certificate::Served;
use files::Followed;

/// What makes connections private, and what keeps its certificate up to date.
pub(super) struct Tls {
    pub(super) acceptor: TlsAcceptor,
    followed: Followed,
    acme: Option<Acme>,
}

impl Tls {
    /// `None`: plain HTTP. `data`: the folder of what the server keeps.
    pub(super) fn open(settings: &config::Tls, data: &Path) -> anyhow::Result<Option<Self>> {
        let every = settings.reload_every.0;
        match settings.source() {
            CertificateSource::Nowhere => Ok(None),
            CertificateSource::Files(files) => {
                let (served, followed) = Followed::open(files, every)?;
                Ok(Some(Self { acceptor: acceptor(served, &[HTTP_2, HTTP_1])?, followed, acme: None }))
            }
            CertificateSource::Acme(settings) => {
                let (folder, challenges) = (data.join("acme"), Arc::<Challenges>::default());
                let acme = Acme::open(settings, &folder, Arc::clone(&challenges))?;
                let placeholder = certificate::placeholder(&settings.domains)?;
                let (served, followed) = Followed::expect(acme::files(&folder), every, placeholder, challenges);
                let acceptor = acceptor(served, &[HTTP_2, HTTP_1, acme::PROTOCOL])?;
                Ok(Some(Self { acceptor, followed, acme: Some(acme) }))
            }
        }
    }

    /// Keeps the certificate up to date until `stop`.
    pub(super) async fn keep_up(self, stop: CancellationToken) {
        let acme = async {
            match self.acme {
                Some(acme) => acme.keep_up().await,
                None => pending().await,
            }
        };
        stop.run_until_cancelled(async { tokio::join!(self.followed.follow(), acme) }).await;
    }
}

/// TLS 1.2 and 1.3, as rustls has them by default; of the protocols the first that the client knows.
fn acceptor(served: Arc<Served>, protocols: &[&[u8]]) -> anyhow::Result<TlsAcceptor> {
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let mut config = builder.with_safe_default_protocol_versions()?.with_no_client_auth().with_cert_resolver(served);
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    config.ticketer = aws_lc_rs::Ticketer::new()?;
    Ok(Arc::new(config).into())
}

/// What a connection is for, by its protocol (ALPN).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Http1,
    Http2,
    /// An ACME authority has seen what it came for.
    Proof,
}

impl Purpose {
    pub(super) fn of(protocol: Option<&[u8]>) -> Self {
        match protocol {
            Some(HTTP_2) => Self::Http2,
            Some(acme::PROTOCOL) => Self::Proof,
            Some(_) | None => Self::Http1,
        }
    }
}

const HTTP_1: &[u8] = b"http/1.1";
const HTTP_2: &[u8] = b"h2";
