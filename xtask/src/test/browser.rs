//! The pages: their types, and two Chromium pages in a call with each other.

use std::process::Command;

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

pub(super) fn types(workspace: &Workspace) -> anyhow::Result<Tally> {
    step::must_succeed(npm(workspace).args(["ci", "--no-audit", "--no-fund"]))?;
    Ok(Tally::of_check(step::succeeds(npm(workspace).args(["run", "--silent", "types"]))?))
}

pub(super) fn tests(workspace: &Workspace) -> anyhow::Result<Tally> {
    let artefacts = workspace.path("artefacts");
    std::fs::create_dir_all(&artefacts)?;
    let mut command = npm(workspace);
    command.args(["run", "--silent", "test"]);
    step::count(command.env("OFFHOOK_BIN", workspace.binary("debug")).env("ARTEFACTS", artefacts))
}

fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace.path("web"));
    command
}
