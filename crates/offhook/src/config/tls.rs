use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

use super::duration::Span;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    pub(crate) reload_every: Span,
    acme: Acme,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acme {
    pub(crate) domains: Vec<String>,
    pub(crate) directory: Url,
    contact: String,
    authority: PathBuf,
}

/// Where the certificate comes from.
#[derive(Debug)]
pub(crate) enum CertificateSource<'a> {
    /// There is none: the server speaks plain HTTP.
    Nowhere,
    Files(CertificateFiles),
    Acme(&'a Acme),
}

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub(crate) struct CertificateFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Tls {
    pub(crate) fn source(&self) -> CertificateSource<'_> {
        let Self { certificate, key, acme, .. } = self;
        if !is_empty(certificate) {
            CertificateSource::Files(CertificateFiles { certificate: certificate.clone(), key: key.clone() })
        } else if !acme.domains.is_empty() {
            CertificateSource::Acme(acme)
        } else {
            CertificateSource::Nowhere
        }
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        let both_or_none = is_empty(&self.certificate) == is_empty(&self.key);
        anyhow::ensure!(both_or_none, "tls.certificate and tls.key belong together: set both or none");
        let one_source = is_empty(&self.certificate) || self.acme.domains.is_empty();
        anyhow::ensure!(one_source, "tls.certificate and tls.acme.domains exclude each other: set one of them");
        let wildcard = self.acme.domains.iter().find(|name| name.contains('*'));
        if let Some(name) = wildcard {
            anyhow::bail!(
                "tls.acme.domains: {name:?} cannot be proven here: name each host, or get a certificate into files"
            );
        }
        anyhow::ensure!(!self.reload_every.0.is_zero(), "tls.reload_every must be more than 0s");
        Ok(())
    }
}

impl Acme {
    /// The address that the authority may write to.
    pub(crate) fn contact(&self) -> Option<&str> {
        Some(self.contact.as_str()).filter(|address| !address.is_empty())
    }

    /// What the authority's own HTTPS is trusted by; `None`: the system's certificates.
    pub(crate) fn authority(&self) -> Option<&Path> {
        Some(self.authority.as_path()).filter(|file| !is_empty(file))
    }
}

fn is_empty(path: &Path) -> bool {
    path.as_os_str().is_empty()
}
