//! Certificates by ACME (RFC 8555): ordered, proven on the server's own port, kept in the data folder, and renewed in time.
//! They are served like any others: all that is done here is to write the two files.

mod account;
mod challenges;
mod kept;

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use instant_acme::{AuthorizationStatus, ChallengeType, Identifier, NewOrder, Order, OrderStatus, RetryPolicy};
use tokio::time::sleep;

use crate::config;
pub(super) use challenges::{Challenges, PROTOCOL};
use kept::Kept;
pub(super) use kept::files;

/// Keeps the certificate of some names up to date.
pub(super) struct Acme {
    settings: config::Acme,
    kept: Kept,
    challenges: Arc<Challenges>,
}

impl Acme {
    /// `folder`: for the account, the key and the certificate.
    pub(super) fn open(settings: &config::Acme, folder: &Path, challenges: Arc<Challenges>) -> anyhow::Result<Self> {
        let kept = Kept::open(folder)?;
        Ok(Self { settings: settings.clone(), kept, challenges })
    }

    pub(super) async fn keep_up(self) -> Infallible {
        loop {
            let wait = match self.renew_if_due().await {
                Ok(()) => LOOK_EVERY,
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::error!(error, "no certificate was got by ACME; the next try is in an hour");
                    RETRY_AFTER
                }
            };
            sleep(wait).await;
        }
    }

    async fn renew_if_due(&self) -> anyhow::Result<()> {
        if !self.kept.is_due(&self.settings.domains) {
            return Ok(());
        }
        let ordered = self.order().await;
        self.challenges.clear();
        let (chain, key) = ordered?;
        self.kept.keep(&chain, &key).context("the certificate cannot be kept")?;
        tracing::info!(domains = ?self.settings.domains, "a certificate was got by ACME");
        Ok(())
    }

    /// A chain and its key, as PEM.
    async fn order(&self) -> anyhow::Result<(String, String)> {
        let account = account::open(&self.settings, &self.kept.account()).await.context("the ACME account")?;
        let names: Vec<_> = self.settings.domains.iter().cloned().map(Identifier::Dns).collect();
        let mut order = account.new_order(&NewOrder::new(&names)).await.context("the order")?;
        self.prove(&mut order).await.context("the proof that the names are this server's")?;
        let patience = RetryPolicy::new().timeout(PATIENCE);
        let status = order.poll_ready(&patience).await?;
        if status != OrderStatus::Ready {
            anyhow::bail!("the authority does not believe it: {}", doubts(&mut order).await);
        }
        let key = order.finalize().await?;
        Ok((order.poll_certificate(&patience).await?, key))
    }

    /// Lets the authority look for itself, for each name.
    async fn prove(&self, order: &mut Order) -> anyhow::Result<()> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            if authorization.status != AuthorizationStatus::Pending {
                continue;
            }
            let name = authorization.identifier().to_string();
            let challenge = authorization.challenge(ChallengeType::TlsAlpn01);
            let mut challenge =
                challenge.with_context(|| format!("the authority does not offer TLS-ALPN-01 for {name}"))?;
            self.challenges.answer(&name, challenge.key_authorization().digest().as_ref())?;
            challenge.set_ready().await?;
        }
        Ok(())
    }
}

/// What the authority says about names that it does not believe to be ours.
async fn doubts(order: &mut Order) -> String {
    let mut doubts = Vec::new();
    let mut authorizations = order.authorizations();
    while let Some(authorization) = authorizations.next().await {
        let Ok(authorization) = authorization else { continue };
        let problems = authorization.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        doubts.extend(problems.map(|problem| format!("{}: {problem}", authorization.identifier())));
    }
    doubts.join("; ")
}

/// How long the authority may take to look, and again to issue.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often it is asked whether the certificate must be renewed.
const LOOK_EVERY: Duration = Duration::from_secs(3600);

/// Authorities count failures; Let's Encrypt takes five an hour for a name.
const RETRY_AFTER: Duration = Duration::from_secs(3600);
