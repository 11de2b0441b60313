use std::path::Path;

use anyhow::Context as _;
use instant_acme::{Account, AccountCredentials, NewAccount};
use serde::{Deserialize, Serialize};
use url::Url;

use super::kept;
use crate::config;

/// An account at one authority.
#[derive(Serialize, Deserialize)]
struct KeptAccount {
    directory: Url,
    credentials: AccountCredentials,
}

/// The account of an earlier run, or a new one if there is none at this authority.
pub(super) async fn open(settings: &config::Acme, file: &Path) -> anyhow::Result<Account> {
    let builder = match settings.authority() {
        Some(roots) => Account::builder_with_root(roots)?,
        None => Account::builder()?,
    };
    if let Some(kept) = read(file)?.filter(|kept| kept.directory == settings.directory) {
        return Ok(builder.from_credentials(kept.credentials).await?);
    }
    let contact: Vec<_> = settings.contact().map(|address| format!("mailto:{address}")).into_iter().collect();
    let contact: Vec<_> = contact.iter().map(String::as_str).collect();
    let new = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
    let (account, credentials) = builder.create(&new, settings.directory.to_string(), None).await?;
    let kept = KeptAccount { directory: settings.directory.clone(), credentials };
    kept::write(file, &serde_json::to_vec_pretty(&kept)?)?;
    Ok(account)
}

fn read(file: &Path) -> anyhow::Result<Option<KeptAccount>> {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("{} is not readable", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}
