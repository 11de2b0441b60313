use std::path::Path;
use std::process::ExitCode;

use crate::config::{Config, DEFAULT_TOML};

/// `offhook config check FILE`.
pub(crate) fn check(file: &Path) -> anyhow::Result<ExitCode> {
    Config::load(Some(file))?;
    anstream::println!("{} is valid", file.display());
    Ok(ExitCode::SUCCESS)
}

/// `offhook config default`.
pub(crate) fn default() -> anyhow::Result<ExitCode> {
    anstream::print!("{DEFAULT_TOML}");
    Ok(ExitCode::SUCCESS)
}
