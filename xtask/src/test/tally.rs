//! How many tests passed and failed, read from what the runners print.

use std::fmt;
use std::ops::AddAssign;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: u32,
    pub(super) failed: u32,
}

impl Tally {
    /// A check that is one thing: it holds or it does not.
    pub(super) fn of_check(holds: bool) -> Self {
        Self { passed: u32::from(holds), failed: u32::from(!holds) }
    }

    /// What one line of a runner's output adds. Knows the closing lines of cargo test, pytest and vitest, and the TAP
    /// comments of node's runner.
    pub(super) fn of_line(line: &str) -> Self {
        if let Some(counts) = line.strip_prefix("test result: ") {
            return Self { passed: count_before(counts, "passed"), failed: count_before(counts, "failed") };
        }
        if let Some(counts) = line.trim_start().strip_prefix("Tests  ") {
            return Self { passed: count_before(counts, "passed"), failed: count_before(counts, "failed") };
        }
        if let Some(count) = line.strip_prefix("# pass ") {
            return Self { passed: count.trim().parse().unwrap_or(0), failed: 0 };
        }
        if let Some(count) = line.strip_prefix("# fail ").or_else(|| line.strip_prefix("# cancelled ")) {
            return Self { passed: 0, failed: count.trim().parse().unwrap_or(0) };
        }
        if line.contains(" in ") && (line.contains(" passed") || line.contains(" failed") || line.contains(" error")) {
            let failed = count_before(line, "failed") + count_before(line, "error") + count_before(line, "errors");
            return Self { passed: count_before(line, "passed"), failed };
        }
        Self::default()
    }
}

/// The number that stands before `word`, 0 if there is none: `3 passed; 1 failed`.
fn count_before(text: &str, word: &str) -> u32 {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let pair = words.windows(2).find(|pair| pair[1] == word);
    pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_runners_closing_line_is_counted() {
        let lines = [
            ("test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.1s", 3, 1),
            ("# pass 7", 7, 0),
            ("# fail 2", 0, 2),
            ("# cancelled 1", 0, 1),
            ("============ 1 failed, 4 passed in 3.21s ============", 4, 1),
            ("2 passed, 1 error in 0.50s", 2, 1),
            ("      Tests  2 failed | 6 passed (8)", 6, 2),
        ];
        for (line, passed, failed) in lines {
            assert_eq!(Tally::of_line(line), Tally { passed, failed }, "{line}");
        }
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in [
            "test call::passed ... ok",
            "running 3 tests",
            "ok 1 - passed",
            "# tests 7",
            " Test Files  1 passed (1)",
            "",
        ] {
            assert_eq!(Tally::of_line(line), Tally::default(), "{line}");
        }
    }
}
