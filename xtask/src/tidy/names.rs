//! No dumping grounds: a file or folder is named for the thing in it.

use std::path::{Component, Path};

const VAGUE: &[&str] =
    &["util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "processor", "processors"];

pub(super) fn check(paths: &[&Path]) -> Vec<String> {
    let vague = paths.iter().filter(|path| path.components().any(is_vague));
    vague.map(|path| format!("{}: name the thing, not a dumping ground", path.display())).collect()
}

fn is_vague(component: Component<'_>) -> bool {
    let name = component.as_os_str().to_string_lossy().to_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    VAGUE.contains(&stem) || stem.starts_with("new_") || stem.ends_with("_v2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_files_and_folders_are_found_and_only_those() {
        let bad = ["crates/a/src/utils.rs", "web/helpers/x.js", "tests/common/mod.rs", "a/new_call.rs", "a/call_v2.rs"];
        let good = ["crates/a/src/call.rs", "web/commonplace.js", "a/newest.rs"];
        for (paths, found) in [(&bad[..], bad.len()), (&good[..], 0)] {
            let paths: Vec<_> = paths.iter().map(Path::new).collect();
            assert_eq!(check(&paths).len(), found, "{paths:?}");
        }
    }
}
