//! aiortc, a WebRTC implementation in Python, as the business.

use std::path::PathBuf;
use std::process::Command;

use super::step;
use super::tally::Tally;
use crate::workspace::Workspace;

const REQUIREMENTS: &str = "tests/aiortc/requirements.txt";

pub(super) fn tests(workspace: &Workspace) -> anyhow::Result<Tally> {
    let python = environment(workspace)?.join("bin/python");
    let mut command = Command::new(python);
    command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/aiortc"]);
    step::count(command.current_dir(&workspace.root).env("OFFHOOK_BIN", workspace.binary("debug")))
}

/// A virtual environment with exactly the pinned requirements, built again when they change.
fn environment(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let folder = workspace.target.join("aiortc");
    let wanted = std::fs::read_to_string(workspace.path(REQUIREMENTS))?;
    let installed = folder.join("installed.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|text| text == wanted) {
        return Ok(folder);
    }
    step::must_succeed(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement"]);
    step::must_succeed(pip.arg(workspace.path(REQUIREMENTS)))?;
    std::fs::write(installed, wanted)?;
    Ok(folder)
}
