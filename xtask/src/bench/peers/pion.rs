//! A two-party relay on Pion, built from Debian's sources without a network.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

use super::machine::Machine;
use super::namespace::SERVER_IP;

const SOURCE: &str = include_str!("pion/main.go");

/// Compiles the relay into this folder.
fn build(folder: &Path) -> anyhow::Result<()> {
    let package = folder.join("src").join(PACKAGE);
    std::fs::create_dir_all(&package)?;
    std::fs::write(package.join("main.go"), SOURCE)?;
    // Debian packages Go's libraries without their versions in the path; a package that has this file finds them there.
    std::fs::write(package.join("go.mod"), format!("module {PACKAGE}\n"))?;
    let mut go = Command::new("go");
    let path = format!("{}:/usr/share/gocode", folder.display());
    go.env("GO111MODULE", "off").env("GOPATH", path).env("GOFLAGS", "").env("GOPROXY", "off");
    let built = go.args(["build", "-o"]).arg(folder.join(PACKAGE)).arg(PACKAGE).status().context("go")?;
    ensure!(built.success(), "the relay on Pion does not build");
    Ok(())
}

pub(super) fn command(machine: &Machine) -> anyhow::Result<Command> {
    let binary = machine.folder().join(PACKAGE);
    if !binary.exists() {
        build(machine.folder())?;
    }
    let mut command = Command::new(binary);
    command.arg(SERVER_IP.to_string());
    Ok(command)
}

const PACKAGE: &str = "pion-relay";
