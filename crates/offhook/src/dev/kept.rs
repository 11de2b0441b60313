//! What the development server keeps beside the database, because secrets are not readable there.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What is kept in the file, or what is made now and is kept there from now on.
pub(super) async fn kept_or_made<T: Serialize + DeserializeOwned>(
    file: &Path,
    make: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(|| format!("{} is not readable", file.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = make.await?;
            keep(file, &made).with_context(|| format!("{} cannot be written", file.display()))?;
            Ok(made)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

fn keep(file: &Path, made: &impl Serialize) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(file)?;
    file.write_all(&serde_json::to_vec_pretty(made)?)?;
    Ok(file.sync_all()?)
}

const OWNER_ONLY: u32 = 0o600;
