//! `docs/compatibility.md` cannot lie: a feature stands there once, and either names tests that exist or says that it
//! is absent.

use std::path::Path;

use super::Source;
use super::named_tests::{exists, quoted};

const FILE: &str = "docs/compatibility.md";
/// Rows of Meta's feature matrix.
const FEATURES: usize = 64;
const ABSENT: &str = "absent: ";

pub(super) fn check(sources: &[Source]) -> Vec<String> {
    let Some(table) = sources.iter().find(|source| source.path == Path::new(FILE)) else {
        return vec![format!("{FILE} is missing")];
    };
    let rows: Vec<Row<'_>> = table.text.lines().enumerate().filter_map(Row::read).collect();
    let mut findings = Vec::new();
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    if !numbers.iter().copied().eq(1..=FEATURES) {
        findings.push(format!("{FILE}: the features are numbered 1 to {FEATURES}, each once and in order"));
    }
    findings.extend(rows.iter().flat_map(|row| row.check(sources)));
    findings
}

/// `| number | feature | endpoint or event | what Offhook does | tests |`
struct Row<'a> {
    line: usize,
    number: usize,
    does: &'a str,
    tests: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn read((index, line): (usize, &'a str)) -> Option<Self> {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, _feature, _place, does, tests, _] = cells[..] else { return None };
        let tests = quoted(tests).collect();
        Some(Self { line: index + 1, number: number.parse().ok()?, does, tests })
    }

    fn check(&self, sources: &[Source]) -> Vec<String> {
        let at = |problem: &str| format!("{FILE}:{}: feature {} {problem}", self.line, self.number);
        match (self.does.strip_prefix(ABSENT), self.tests.is_empty()) {
            (Some(_), true) => Vec::new(),
            (Some(_), false) => vec![at("is absent and names a test")],
            (None, true) => vec![at("names no test")],
            (None, false) => {
                let missing = self.tests.iter().filter(|test| !exists(test, sources));
                missing.map(|test| at(&format!("names `{test}`, which is no test here"))).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.into(), text: text.to_owned() }
    }

    fn findings(row: &str) -> Vec<String> {
        let full: Vec<_> = (2..=FEATURES).map(|number| format!("| {number} | f | e | absent: why | |")).collect();
        let tests = "#[tokio::test]\nasync fn it_rings() {\n}\nfn no_test() {}\n";
        let table = format!("{row}\n{}", full.join("\n"));
        let python = source("a/test_x.py", "def test_call(server):\n");
        check(&[source(FILE, &table), source("a/it.rs", tests), source("a/x.test.js", "test('rings', () => {"), python])
    }

    #[test]
    fn tests_that_exist_and_absence_pass() {
        for shown in ["`a/it.rs::it_rings`", "`a/x.test.js::rings`, `a/test_x.py::test_call`"] {
            assert_eq!(findings(&format!("| 1 | f | e | as documented | {shown} |")), [""; 0]);
        }
    }

    #[test]
    fn what_lies_is_found() {
        let found = [
            ("| 1 | f | e | yes | |", "feature 1 names no test"),
            ("| 1 | f | e | yes | `a/it.rs::no_test` |", "which is no test here"),
            ("| 1 | f | e | yes | `a/gone.rs::it_rings` |", "which is no test here"),
            ("| 1 | f | e | yes | `it_rings` |", "which is no test here"),
            ("| 1 | f | e | absent: why | `a/it.rs::it_rings` |", "is absent and names a test"),
            ("| 3 | f | e | yes | `a/it.rs::it_rings` |", "numbered 1 to 64"),
        ];
        for (row, problem) in found {
            let findings = findings(row);
            assert!(findings.len() == 1 && findings[0].contains(problem), "{row}: {findings:?}");
        }
        assert_eq!(check(&[]), ["docs/compatibility.md is missing"]);
    }
}
