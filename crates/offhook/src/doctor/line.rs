use std::fmt;

use serde::Serialize;

/// What one check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    /// A stable name.
    pub(crate) check: &'static str,
    pub(crate) verdict: Verdict,
    /// What was seen, in a sentence.
    pub(crate) said: String,
    /// What to change, in a sentence; `None` if nothing.
    pub(crate) change: Option<String>,
}

/// Ordered: the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    Ok,
    /// It may work, for some or for now.
    Warn,
    Fail,
}

impl Line {
    pub(super) fn ok(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Ok, said: said.into(), change: None }
    }

    pub(super) fn warn(check: &'static str, said: impl Into<String>, change: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Warn, said: said.into(), change: Some(change.into()) }
    }

    pub(super) fn fail(check: &'static str, said: impl Into<String>, change: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Fail, said: said.into(), change: Some(change.into()) }
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "FAIL",
        };
        write!(f, "{verdict:<4}  {:<12}  {}", self.check, self.said)?;
        if let Some(change) = &self.change {
            write!(f, "\n      {:<12}  → {change}", "")?;
        }
        Ok(())
    }
}
