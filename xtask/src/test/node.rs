//! Judges in Node.js: Meta's SDK, and the example of a voice agent.

use std::process::Command;

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

pub(super) fn sdk(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "tests/sdk-node")
}

pub(super) fn voice_agent(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "examples/voice-agent-node")
}

/// Runs the tests of a package, with exactly what its lockfile has.
fn tests(workspace: &Workspace, folder: &str) -> anyhow::Result<Tally> {
    let npm = || {
        let mut command = Command::new("npm");
        command.current_dir(workspace.path(folder));
        command
    };
    step::must_succeed(npm().args(["ci", "--no-audit", "--no-fund"]))?;
    let mut test = npm();
    // Vitest colours the line that is counted wherever `CI` is set.
    test.args(["run", "--silent", "test"]).env("NO_COLOR", "1").env("OFFHOOK_BIN", workspace.binary("debug"));
    step::count(&mut test)
}
