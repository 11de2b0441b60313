use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context as _;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

use super::acme::Challenges;

/// The certificate that new connections get. It may be replaced at any time; connections that are there keep theirs.
#[derive(Debug)]
pub(super) struct Served {
    certificate: RwLock<Arc<CertifiedKey>>,
    challenges: Arc<Challenges>,
}

impl Served {
    pub(super) fn new(certificate: CertifiedKey, challenges: Arc<Challenges>) -> Arc<Self> {
        Arc::new(Self { certificate: RwLock::new(Arc::new(certificate)), challenges })
    }

    pub(super) fn replace(&self, certificate: CertifiedKey) {
        *self.certificate.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(certificate);
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let certificate = || Some(Arc::clone(&self.certificate.read().unwrap_or_else(PoisonError::into_inner)));
        self.challenges.shown_to(&hello).unwrap_or_else(certificate)
    }
}

/// Reads a chain and its key, which must fit each other.
pub(super) fn read(chain: &[u8], key: &[u8]) -> anyhow::Result<CertifiedKey> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().context("tls.certificate")?;
    anyhow::ensure!(!chain.is_empty(), "tls.certificate: there is no PEM certificate in it");
    let key = PrivateKeyDer::from_pem_slice(key).context("tls.key")?;
    CertifiedKey::from_der(chain, key, &aws_lc_rs::default_provider()).context("tls.certificate and tls.key")
}

/// What is served until there is a certificate that anybody trusts.
pub(super) fn placeholder(names: &[String]) -> anyhow::Result<CertifiedKey> {
    let rcgen::CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names)?;
    let key = PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    Ok(CertifiedKey::from_der(vec![cert.der().clone()], key, &aws_lc_rs::default_provider())?)
}
