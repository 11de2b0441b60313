//! The fuzz targets, for a short while each: what they know from their corpora, and what chance adds.

use std::time::Duration;

use super::step;
use super::tally::Tally;
use crate::fuzz;
use crate::workspace::{Workspace, cargo};

pub(super) fn targets(workspace: &Workspace) -> anyhow::Result<Tally> {
    let mut tally = Tally::of_check(is_tidy(workspace)?);
    for outcome in fuzz::fuzz(workspace, &fuzz::targets(workspace)?, TIME)? {
        tally += Tally::of_check(outcome.holds);
    }
    Ok(tally)
}

/// They are no part of the workspace, so its checks pass them by.
fn is_tidy(workspace: &Workspace) -> anyhow::Result<bool> {
    let manifest = workspace.path("fuzz/Cargo.toml");
    let formatted = step::succeeds(cargo().args(["fmt", "--check", "--manifest-path"]).arg(&manifest))?;
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--all-targets", "--manifest-path"]).arg(&manifest);
    clippy.arg("--target-dir").arg(&workspace.target);
    Ok(step::succeeds(clippy.args(["--", "-D", "warnings"]))? && formatted)
}

const TIME: Duration = Duration::from_secs(25);
