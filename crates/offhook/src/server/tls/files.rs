//! The certificate's files, which others write: an ACME client, an orchestrator, a person.

use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tokio_rustls::rustls::sign::CertifiedKey;

use super::acme::Challenges;
use super::certificate::{self, Served};
use crate::config::CertificateFiles;

/// Files that are looked at again and again: notifications of file systems miss what is mounted, linked or renamed.
pub(super) struct Followed {
    files: CertificateFiles,
    every: Duration,
    served: Arc<Served>,
    /// What was found when the files were judged last.
    judged: Look,
}

/// What a look at the files found.
#[derive(PartialEq, Eq)]
enum Look {
    Read { certificate: Vec<u8>, key: Vec<u8> },
    Unreadable { why: String },
}

impl Followed {
    /// Fails if the files cannot be used now.
    pub(super) fn open(files: CertificateFiles, every: Duration) -> anyhow::Result<(Arc<Served>, Self)> {
        let judged = Look::at(&files);
        let served = Served::new(judged.certificate()?, Arc::default());
        Ok((Arc::clone(&served), Self { files, every, served, judged }))
    }

    /// Files that somebody will write: until they can be used, the placeholder is served.
    pub(super) fn expect(
        files: CertificateFiles,
        every: Duration,
        placeholder: CertifiedKey,
        challenges: Arc<Challenges>,
    ) -> (Arc<Served>, Self) {
        let judged = Look::at(&files);
        let served = Served::new(judged.certificate().unwrap_or(placeholder), challenges);
        (Arc::clone(&served), Self { files, every, served, judged })
    }

    /// Serves what the files become. They are written one after the other, so what is found is judged when it is found a
    /// second time, once: what cannot be used leaves the certificate as it is.
    pub(super) async fn follow(mut self) -> Infallible {
        let mut before = None;
        loop {
            sleep(self.every).await;
            let found = self.look().await;
            if found == self.judged || before.as_ref() != Some(&found) {
                before = Some(found);
                continue;
            }
            match found.certificate() {
                Ok(certificate) => {
                    self.served.replace(certificate);
                    tracing::info!("the certificate's files have changed: new connections get the new certificate");
                }
                Err(error) => tracing::warn!(
                    error = format!("{error:#}"),
                    "the certificate's files have changed and cannot be used: the certificate before them stays"
                ),
            }
            self.judged = found;
        }
    }

    async fn look(&self) -> Look {
        let files = self.files.clone();
        let looked = tokio::task::spawn_blocking(move || Look::at(&files)).await;
        looked.unwrap_or_else(|failed| Look::Unreadable { why: failed.to_string() })
    }
}

impl Look {
    fn at(files: &CertificateFiles) -> Self {
        match (read(&files.certificate), read(&files.key)) {
            (Ok(certificate), Ok(key)) => Self::Read { certificate, key },
            (Err(why), _) | (_, Err(why)) => Self::Unreadable { why },
        }
    }

    fn certificate(&self) -> anyhow::Result<CertifiedKey> {
        match self {
            Self::Read { certificate, key } => certificate::read(certificate, key),
            Self::Unreadable { why } => anyhow::bail!("{why}"),
        }
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}
