//! The peers, from Debian. Their services are never started: the bench starts the programs itself.

use std::fs::Permissions;
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use super::system::System;

pub(super) fn install(systems: &[System]) -> anyhow::Result<()> {
    let wanted = systems.iter().flat_map(|system| packages(*system));
    let missing: Vec<_> = wanted.copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let _policy = NoStarts::begin()?;
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], &missing[..]].concat())?;
    forget_services(&missing)
}

fn packages(system: System) -> &'static [&'static str] {
    match system {
        System::Offhook => &["iproute2"],
        System::Janus => &["janus"],
        System::Rtpengine => &["rtpengine-daemon"],
        System::Pion => &["golang-go", "golang-github-pion-webrtc.v3-dev"],
    }
}

fn is_installed(package: &str) -> bool {
    let query = Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).output();
    query.is_ok_and(|query| query.stdout == b"installed")
}

/// Its output goes to standard error, away from the figures.
fn apt_get(args: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").arg("--quiet").args(args);
    let done = command.stdin(Stdio::null()).stdout(std::io::stderr()).status().context("apt-get")?;
    ensure!(done.success(), "`apt-get {}` failed; it needs Debian and root", args.join(" "));
    Ok(())
}

/// Services that were just installed shall not start with the machine either. Where the machine has a policy of its own,
/// they may run by now.
fn forget_services(installed: &[&str]) -> anyhow::Result<()> {
    if !Path::new("/run/systemd/system").exists() {
        return Ok(());
    }
    for service in ["janus", "rtpengine-daemon"].iter().filter(|service| installed.contains(service)) {
        let done = Command::new("systemctl").args(["disable", "--now", service]).status()?;
        ensure!(done.success(), "the service {service} is installed and cannot be disabled");
    }
    Ok(())
}

/// While it lives, installing a package starts no service (`invoke-rc.d` asks this file).
struct NoStarts {
    is_ours: bool,
}

impl NoStarts {
    fn begin() -> anyhow::Result<Self> {
        match std::fs::File::create_new(POLICY) {
            Ok(file) => {
                let policy = Self { is_ours: true };
                std::io::Write::write_all(&mut &file, b"#!/bin/sh\nexit 101\n")?;
                file.set_permissions(Permissions::from_mode(0o755))?;
                Ok(policy)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Self { is_ours: false }),
            Err(error) => Err(error).context("installing packages needs root"),
        }
    }
}

impl Drop for NoStarts {
    fn drop(&mut self) {
        if self.is_ours {
            // Nobody else removes it; if it is gone, that is as well.
            let _ = std::fs::remove_file(POLICY);
        }
    }
}

const POLICY: &str = "/usr/sbin/policy-rc.d";
