use std::path::PathBuf;

use clap::Args;

use crate::config::{Config, DATABASE};

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The file to write; it must not exist
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The backup
    pub(crate) backup: PathBuf,
    /// Set the database that is there aside, under another name
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Print the result as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whose data.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct DataArgs {
    /// Configuration file of the server
    #[arg(long)]
    config: Option<PathBuf>,
    /// Data folder, as `offhook dev` takes it
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The database itself, such as a backup
    #[arg(long)]
    file: Option<PathBuf>,
}

impl DataArgs {
    /// Where the database is, or is to be.
    pub(crate) fn database(&self) -> anyhow::Result<PathBuf> {
        Ok(match (&self.file, &self.data) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => folder.join(DATABASE),
            (None, None) => Config::load(self.config.as_deref())?.store.path.join(DATABASE),
        })
    }

    /// Whether a database was named, and not a server.
    pub(crate) fn is_file(&self) -> bool {
        self.file.is_some()
    }
}
