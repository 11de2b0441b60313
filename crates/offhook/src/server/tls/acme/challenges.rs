use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rcgen::{CertificateParams, CustomExtension, KeyPair};
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::server::ClientHello;
use tokio_rustls::rustls::sign::CertifiedKey;

/// What the authority is shown when it asks whether a name is this server's (RFC 8737).
#[derive(Debug, Default)]
pub(in super::super) struct Challenges(Mutex<HashMap<String, Arc<CertifiedKey>>>);

impl Challenges {
    /// Shows from now on that the order for this name is ours.
    pub(super) fn answer(&self, name: &str, digest: &[u8]) -> anyhow::Result<()> {
        let mut certificate = CertificateParams::new([name.to_owned()])?;
        certificate.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate()?;
        let chain = vec![certificate.self_signed(&key)?.der().clone()];
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let key = aws_lc_rs::sign::any_supported_type(&key)?;
        // Not `from_der`: it reads the certificate, and refuses the critical extension that the proof is.
        let shown = CertifiedKey::new(chain, key);
        self.answers().insert(name.to_owned(), Arc::new(shown));
        Ok(())
    }

    pub(super) fn clear(&self) {
        self.answers().clear();
    }

    /// `Some` if it is an authority that asks; the inner `None`: about a name that was not ordered.
    pub(in super::super) fn shown_to(&self, hello: &ClientHello<'_>) -> Option<Option<Arc<CertifiedKey>>> {
        hello.alpn()?.eq([PROTOCOL]).then(|| self.answers().get(hello.server_name()?).cloned())
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<String, Arc<CertifiedKey>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an authority asks with, alone (RFC 8737, section 4).
pub(in super::super) const PROTOCOL: &[u8] = b"acme-tls/1";
