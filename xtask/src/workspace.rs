//! Where things are, as cargo tells it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use serde::Deserialize;

/// The part of `cargo metadata` that the commands use.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    #[serde(rename = "target_directory")]
    pub(crate) target: PathBuf,
    pub(crate) packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// `None` is a normal dependency; else "dev" or "build".
    pub(crate) kind: Option<String>,
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) features: Vec<String>,
}

impl Workspace {
    pub(crate) fn load() -> anyhow::Result<Self> {
        let output = cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        }
        serde_json::from_slice(&output.stdout).context("cargo metadata answered something unknown")
    }

    /// Every file that git tracks or would track, relative to the root.
    pub(crate) fn files(&self) -> anyhow::Result<Vec<PathBuf>> {
        let output = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(&self.root)
            .output()?;
        if !output.status.success() {
            bail!("git ls-files: {}", String::from_utf8_lossy(&output.stderr));
        }
        let list = String::from_utf8(output.stdout).context("a file name is not UTF-8")?;
        let files = list.split_terminator('\0').map(PathBuf::from);
        Ok(files.filter(|file| self.root.join(file).is_file()).collect())
    }

    /// The server's binary, as `cargo build` leaves it there for a profile's folder (`debug`, `release`).
    pub(crate) fn binary(&self, profile: &str) -> PathBuf {
        self.target.join(profile).join("offhook")
    }

    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }
}

/// The cargo that runs this program, without the variables it set for this package: build scripts that watch them
/// (ring's does) would build again on every change between a call from the shell and a call from here.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let name_text = name.to_string_lossy();
        let of_this_package = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        if of_this_package.iter().any(|prefix| name_text.starts_with(prefix)) {
            command.env_remove(&name);
        }
    }
    command
}
