//! Judges in Python, each with a virtual environment of its own: aiortc as the business, Meta's Python SDK,
//! schemathesis, the example of a voice agent.

use std::path::PathBuf;
use std::process::Command;

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

pub(super) fn aiortc(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "tests/aiortc")
}

pub(super) fn sdk(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "tests/sdk-python")
}

pub(super) fn schemathesis(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "tests/schemathesis")
}

pub(super) fn voice_agent(workspace: &Workspace) -> anyhow::Result<Tally> {
    tests(workspace, "examples/voice-agent-python")
}

/// Runs the tests in a folder of the workspace.
fn tests(workspace: &Workspace, folder: &str) -> anyhow::Result<Tally> {
    let python = environment(workspace, folder)?.join("bin/python");
    let mut command = Command::new(python);
    command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", folder]);
    step::count(command.current_dir(&workspace.root).env("OFFHOOK_BIN", workspace.binary("debug")))
}

/// A virtual environment with exactly the pinned requirements, built again when they change.
fn environment(workspace: &Workspace, tests: &str) -> anyhow::Result<PathBuf> {
    let tests = workspace.path(tests);
    let folder = workspace.target.join(tests.file_name().expect("tests are in a folder with a name"));
    let requirements = tests.join("requirements.txt");
    let wanted = std::fs::read_to_string(&requirements)?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(folder);
    }
    step::must_succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement"]);
    step::must_succeed(pip.arg(requirements))?;
    std::fs::write(installed, wanted)?;
    Ok(folder)
}
