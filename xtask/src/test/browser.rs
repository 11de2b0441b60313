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
    let mut tally = Tally::default();
    let (alone, together): (Vec<_>, Vec<_>) = files(workspace)?.into_iter().partition(|file| ALONE.contains(&&**file));
    for (files, at_once) in [(together, 2), (alone, 1)] {
        let mut command = npm(workspace);
        command.args(["run", "--silent", "test", "--", &format!("--test-concurrency={at_once}")]);
        command.args(files.iter().map(|file| format!("tests/{file}")));
        tally += step::count(command.env("OFFHOOK_BIN", workspace.binary("debug")).env("ARTEFACTS", &artefacts))?;
    }
    Ok(tally)
}

/// The names of all test files.
fn files(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let mut files = Vec::new();
    for file in std::fs::read_dir(workspace.path("web/tests"))? {
        files.extend(file?.file_name().into_string().ok().filter(|name| name.ends_with(".test.js")));
    }
    files.sort();
    Ok(files)
}

/// They judge sound and pictures as they come, so nothing else may take their time; the others mostly wait.
const ALONE: [&str; 6] = [
    "call.test.js",
    "calling.test.js",
    "network.test.js",
    "one-copy.test.js",
    "quality.test.js",
    "video.test.js",
];

fn npm(workspace: &Workspace) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(workspace.path("web"));
    command
}
