//! The fuzz targets are a workspace of their own, which no other command looks at: its lock file follows the crates that
//! they fuzz.

use std::path::Path;

use anyhow::Context as _;

use crate::workspace::{Workspace, cargo};

const MANIFEST: &str = "fuzz/Cargo.toml";

pub(super) fn check(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    check_package(&workspace.path(MANIFEST))
}

/// What cargo says against the lock file beside a manifest, in its first sentence.
fn check_package(manifest: &Path) -> anyhow::Result<Vec<String>> {
    let mut metadata = cargo();
    metadata.args(["metadata", "--quiet", "--locked", "--format-version", "1", "--manifest-path"]).arg(manifest);
    let output = metadata.output().context("cargo metadata")?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let reason = said.lines().next().unwrap_or("cargo metadata fails");
    Ok(vec![format!("{MANIFEST}: {reason}; without --locked it brings the lock file up to date")])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(locked: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder for the package");
        let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).expect("it is writable");
        write(
            "Cargo.toml",
            "[package]\nname = \"a\"\nversion = \"2.0.0\"\n[lib]\npath = \"a.rs\"\n[workspace]\n".into(),
        );
        write("Cargo.lock", format!("version = 4\n[[package]]\nname = \"a\"\nversion = \"{locked}\"\n"));
        write("a.rs", String::new());
        check_package(&folder.path().join("Cargo.toml")).expect("cargo runs")
    }

    #[test]
    fn a_lock_file_out_of_step_is_found() {
        assert_eq!(findings("2.0.0"), [""; 0]);
        let stale = findings("1.0.0");
        assert!(stale.len() == 1 && stale[0].contains("cannot update the lock file"), "{stale:?}");
    }
}
