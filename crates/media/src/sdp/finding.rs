//! What can be said about an offer.

use std::fmt;

use serde::Serialize;

/// One thing to know about an offer: where it is, which rule says so, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// 1-based line of the offer. For something that lacks: the `m=` line of the section that lacks it, or `None` if
    /// the whole text is meant.
    pub line: Option<usize>,
    /// As it stands in the offer, without its value: `a=setup`, `m=audio`, `o=`.
    pub attribute: Option<String>,
    /// Stable kebab-case name.
    pub rule: &'static str,
    /// What is wrong, why the relay cares, what to change. May quote the offer, shortened and escaped.
    pub detail: String,
}

/// How much a finding matters. Ordered: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The offer is refused.
    Error,
    /// The call will be less than the peer probably wants.
    Warning,
    /// Good to know.
    Info,
}

impl Finding {
    /// Adds what was seen in the offer, or why it could not be read.
    pub(super) fn note(mut self, text: &str) -> Self {
        self.detail.push_str(" (");
        self.detail.push_str(&quoted(text));
        self.detail.push(')');
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.severity)?;
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        if let Some(attribute) = &self.attribute {
            write!(f, "{attribute}, ")?;
        }
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        })
    }
}

/// Text from the offer, safe to print on a terminal and short.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTE_MAX).flat_map(char::escape_default).collect()
}

/// Characters of an offer that a finding quotes at most.
const QUOTE_MAX: usize = 80;
