//! The Rust part.

use super::step;
use super::tally::Tally;
use crate::workspace::{Workspace, cargo};

pub(super) fn format(_: &Workspace) -> anyhow::Result<Tally> {
    check(&["fmt", "--all", "--check"])
}

/// With every feature, so that the benches are linted too.
pub(super) fn lint(_: &Workspace) -> anyhow::Result<Tally> {
    check(&["clippy", "--workspace", "--all-targets", "--all-features", "--quiet", "--", "-D", "warnings"])
}

pub(super) fn tests(_: &Workspace) -> anyhow::Result<Tally> {
    step::count(cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

/// The binary that the browser and aiortc tests talk to.
pub(super) fn build(_: &Workspace) -> anyhow::Result<Tally> {
    step::must_succeed(cargo().args(["build", "--workspace", "--bin", "offhook"]))?;
    Ok(Tally::of_check(true))
}

fn check(args: &[&str]) -> anyhow::Result<Tally> {
    Ok(Tally::of_check(step::succeeds(cargo().args(args))?))
}
