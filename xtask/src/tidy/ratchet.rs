//! What is too long today may only become shorter.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::sizes::Sizes;
use crate::workspace::Workspace;

const FILE: &str = "xtask/ratchet.toml";

const HEADER: &str = "# What is longer than it should be: files over 300 code lines, functions over 70 lines.\n\
    # The numbers may only go down: `cargo xtask tidy --lower` takes them down and drops what is short enough.\n\n";

/// A file above this is named in the ratchet or refused.
const FILE_LINES_MAX: usize = 300;
/// A file above this is refused in any case.
const FILE_LINES_STOP: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ratchet {
    #[serde(default)]
    files: BTreeMap<String, usize>,
    #[serde(default)]
    functions: BTreeMap<String, usize>,
}

impl Ratchet {
    pub(super) fn read(workspace: &Workspace) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(workspace.path(FILE)).context(FILE)?;
        toml::from_str(&text).context(FILE)
    }

    pub(super) fn write(&self, workspace: &Workspace) -> anyhow::Result<()> {
        let text = format!("{HEADER}{}", toml::to_string(self)?);
        std::fs::write(workspace.path(FILE), text).context(FILE)
    }

    pub(super) fn check(&self, measured: &Sizes) -> Vec<String> {
        let stop = measured.files.iter().filter(|(_, lines)| **lines > FILE_LINES_STOP);
        let mut findings: Vec<String> =
            stop.map(|(path, lines)| format!("{path}: {lines} code lines, the stop is {FILE_LINES_STOP}")).collect();
        findings.extend(compare(&self.files, &measured.files, FILE_LINES_MAX));
        findings.extend(compare(&self.functions, &measured.functions, FUNCTION_LINES_MAX));
        findings
    }

    /// The same entries, each at most what was measured; none added, none raised.
    pub(super) fn lowered(&self, measured: &Sizes) -> Self {
        Self {
            files: lower(&self.files, &measured.files, FILE_LINES_MAX),
            functions: lower(&self.functions, &measured.functions, FUNCTION_LINES_MAX),
        }
    }
}

fn compare(recorded: &BTreeMap<String, usize>, measured: &BTreeMap<String, usize>, max: usize) -> Vec<String> {
    let too_long = measured.iter().filter(|(name, lines)| **lines > (*recorded.get(*name).unwrap_or(&max)).max(max));
    let mut findings: Vec<String> =
        too_long.map(|(name, lines)| format!("{name}: {lines} lines, {}", limit_of(recorded, name, max))).collect();
    let stale = lower(recorded, measured, max) != *recorded && findings.is_empty();
    findings.extend(stale.then(|| format!("{FILE} is higher than it must be: run `cargo xtask tidy --lower`")));
    findings
}

fn limit_of(recorded: &BTreeMap<String, usize>, name: &str, max: usize) -> String {
    match recorded.get(name) {
        Some(lines) => format!("the ratchet stands at {lines} and never goes up"),
        None => format!("think again above {max}: split it"),
    }
}

fn lower(
    recorded: &BTreeMap<String, usize>,
    measured: &BTreeMap<String, usize>,
    max: usize,
) -> BTreeMap<String, usize> {
    let still_long = recorded.iter().filter_map(|(name, lines)| Some((name, lines, measured.get(name)?)));
    still_long.filter(|(_, _, now)| **now > max).map(|(name, lines, now)| (name.clone(), *lines.min(now))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(&str, usize)]) -> BTreeMap<String, usize> {
        entries.iter().map(|(name, lines)| ((*name).to_owned(), *lines)).collect()
    }

    #[test]
    fn long_files_and_functions_are_found_unless_the_ratchet_names_them() {
        let ratchet = Ratchet { files: table(&[("old.rs", 320)]), functions: table(&[("old.rs::f", 80)]) };
        let measured = Sizes {
            files: table(&[("old.rs", 320), ("new.rs", 301), ("short.rs", 300)]),
            functions: table(&[("old.rs::f", 80), ("new.rs::g", 71), ("new.rs::h", 70)]),
        };
        assert_eq!(
            ratchet.check(&measured),
            [
                "new.rs: 301 lines, think again above 300: split it",
                "new.rs::g: 71 lines, think again above 70: split it"
            ]
        );
    }

    #[test]
    fn a_named_file_may_not_grow_and_the_stop_has_no_exception() {
        let ratchet = Ratchet { files: table(&[("old.rs", 320), ("god.rs", 501)]), ..Ratchet::default() };
        let measured = Sizes { files: table(&[("old.rs", 321), ("god.rs", 501)]), ..Sizes::default() };
        assert_eq!(
            ratchet.check(&measured),
            [
                "god.rs: 501 code lines, the stop is 500",
                "old.rs: 321 lines, the ratchet stands at 320 and never goes up"
            ]
        );
    }

    #[test]
    fn the_ratchet_goes_down_with_the_code_and_never_up() {
        let ratchet = Ratchet { files: table(&[("a.rs", 400), ("b.rs", 310), ("gone.rs", 350)]), ..Ratchet::default() };
        let measured = Sizes { files: table(&[("a.rs", 380), ("b.rs", 200)]), ..Sizes::default() };
        assert_eq!(
            ratchet.check(&measured),
            ["xtask/ratchet.toml is higher than it must be: run `cargo xtask tidy --lower`"]
        );
        assert_eq!(ratchet.lowered(&measured).files, table(&[("a.rs", 380)]));
        let grown = Sizes { files: table(&[("a.rs", 450), ("b.rs", 310), ("gone.rs", 350)]), ..Sizes::default() };
        assert_eq!(ratchet.lowered(&grown), ratchet);
    }
}
