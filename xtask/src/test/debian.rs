//! What the tests need from Debian.

use std::process::{Command, Stdio};

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

/// A command, how to ask whether it works, and the package that brings it: a machine may have the command from
/// elsewhere (a newer Node.js).
const COMMANDS: &[(&str, &[&str], &str)] = &[
    ("chromium", &["--version"], "chromium"),
    ("curl", &["--version"], "curl"),
    ("node", &["--version"], "nodejs"),
    ("npm", &["--version"], "npm"),
    ("openssl", &["version"], "openssl"),
    ("pebble", &["--help"], "pebble"),
    ("python3", &["-m", "ensurepip", "--version"], "python3-venv"),
    ("tshark", &["--version"], "tshark"),
];

/// So that screenshots look the same everywhere.
const FONTS: &[&str] = &["fonts-dejavu-core", "fonts-inter"];

pub(super) fn install(_: &Workspace) -> anyhow::Result<Tally> {
    let missing = missing();
    if missing.is_empty() {
        println!("everything is installed");
        return Ok(Tally::of_check(true));
    }
    println!("installing {}", missing.join(" "));
    step::must_succeed(apt_get().arg("update").stdout(Stdio::null()))?;
    step::must_succeed(apt_get().args(["install", "--yes", "--no-install-recommends"]).args(&missing))?;
    Ok(Tally::of_check(true))
}

fn missing() -> Vec<&'static str> {
    let commands = COMMANDS.iter().filter(|(name, args, _)| !works(name, args)).map(|(_, _, package)| *package);
    let fonts = FONTS.iter().filter(|font| !works("dpkg-query", &["--list", font])).copied();
    commands.chain(fonts).collect()
}

fn works(name: &str, args: &[&str]) -> bool {
    let status = Command::new(name).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn apt_get() -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet");
    command
}
