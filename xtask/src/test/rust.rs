//! The Rust part.

use super::step;
use super::tally::Tally;
use crate::workspace::{Workspace, cargo};

pub(super) fn format(_: &Workspace) -> anyhow::Result<Tally> {
    check(&["fmt", "--all", "--check"])
}

/// With every feature, so that the benches are linted too, and with the test that runs in a section of its own: all targets
/// are without it, whatever else is named.
pub(super) fn lint(_: &Workspace) -> anyhow::Result<Tally> {
    let lint = |targets: &[&str]| {
        check(&[&["clippy", "--workspace", "--all-features", "--quiet"], targets, &["--", "-D", "warnings"]].concat())
    };
    let mut tally = lint(&["--all-targets"])?;
    tally += lint(&["--test", "crash"])?;
    Ok(tally)
}

pub(super) fn tests(_: &Workspace) -> anyhow::Result<Tally> {
    step::count(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

/// The program, killed again and again; too long for everybody's `cargo test`.
pub(super) fn crash_tests(_: &Workspace) -> anyhow::Result<Tally> {
    step::count(cargo().args(["test", "--workspace", "--test", "crash"]))
}

/// The program as its users build it, without the features that tests ask of dependencies. Only checked: building the
/// dependencies once more takes minutes, and the sections that need a program take the one that the Rust tests started.
pub(super) fn plain_check(_: &Workspace) -> anyhow::Result<Tally> {
    check(&["check", "--package", "offhook", "--quiet"])
}

fn check(args: &[&str]) -> anyhow::Result<Tally> {
    Ok(Tally::of_check(step::succeeds(cargo().args(args))?))
}
