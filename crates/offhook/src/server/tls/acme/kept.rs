//! The folder of what ACME has given.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context as _;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use crate::config::CertificateFiles;

pub(super) struct Kept(PathBuf);

impl Kept {
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("{} cannot be made", folder.display()))?;
        Ok(Self(folder.to_owned()))
    }

    pub(super) fn account(&self) -> PathBuf {
        self.0.join("account.json")
    }

    /// The key first: a certificate that is there has its key.
    pub(super) fn keep(&self, chain: &str, key: &str) -> io::Result<()> {
        let files = files(&self.0);
        write(&files.key, key.as_bytes())?;
        write(&files.certificate, chain.as_bytes())
    }

    /// Whether there is no certificate for exactly these names, or the last third of its time has begun.
    pub(super) fn is_due(&self, names: &[String]) -> bool {
        let read = fs::read(files(&self.0).certificate);
        let der = read.ok().and_then(|pem| CertificateDer::from_pem_slice(&pem).ok());
        let due = der.as_ref().and_then(|der| X509Certificate::from_der(der).ok()).map(|(_, certificate)| {
            let validity = certificate.validity();
            let (from, until) = (validity.not_before.timestamp(), validity.not_after.timestamp());
            let renew_at = until - (until - from) / 3;
            now() >= renew_at || names_of(&certificate) != sorted(names.iter().map(String::as_str))
        });
        due.unwrap_or(true)
    }
}

/// Where the certificate and its key are.
pub(in super::super) fn files(folder: &Path) -> CertificateFiles {
    CertificateFiles { certificate: folder.join("certificate.pem"), key: folder.join("key.pem") }
}

/// By the date, as certificates have it.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

fn names_of<'a>(certificate: &'a X509Certificate<'_>) -> Vec<&'a str> {
    let names = certificate.subject_alternative_name().ok().flatten();
    sorted(names.iter().flat_map(|names| &names.value.general_names).filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(*name),
        _ => None,
    }))
}

fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    names
}

/// Writes a whole file or none, for its owner only.
pub(super) fn write(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let written = file.with_extension("written");
    let mut new = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&written)?;
    new.write_all(bytes)?;
    new.sync_all()?;
    fs::rename(written, file)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    /// Whether another certificate must be got for these names when there is one for a.example and b.example from one year to
    /// another.
    fn is_due(years: (i32, i32), names: &[&str]) -> bool {
        let mut certificate = CertificateParams::new(["b.example".to_owned(), "a.example".to_owned()]).unwrap();
        certificate.not_before = date_time_ymd(years.0, 1, 1);
        certificate.not_after = date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().unwrap();
        let chain = certificate.self_signed(&key).unwrap().pem();
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::open(folder.path()).unwrap();
        kept.keep(&chain, &key.serialize_pem()).unwrap();
        kept.is_due(&names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_certificate_is_renewed_in_the_last_third_of_its_time_and_for_other_names() {
        let names = ["a.example", "b.example"];
        assert!(!is_due((2020, 2100), &names), "the last third begins in 2073");
        assert!(is_due((2000, 2037), &names), "the last third began in 2024");
        assert!(is_due((2000, 2001), &names));
        assert!(is_due((2020, 2100), &["a.example"]));
        assert!(is_due((2020, 2100), &["a.example", "c.example"]));
        let folder = tempfile::tempdir().unwrap();
        assert!(Kept::open(folder.path()).unwrap().is_due(&["a.example".to_owned()]), "there is none");
    }
}
