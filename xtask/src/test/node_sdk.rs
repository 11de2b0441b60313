//! Meta's Node SDK against a server.

use std::process::Command;

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

pub(super) fn tests(workspace: &Workspace) -> anyhow::Result<Tally> {
    let npm = || {
        let mut command = Command::new("npm");
        command.current_dir(workspace.path("tests/sdk-node"));
        command
    };
    step::must_succeed(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    step::count(npm().args(["run", "--silent", "test"]).env("OFFHOOK_BIN", workspace.binary("debug")))
}
