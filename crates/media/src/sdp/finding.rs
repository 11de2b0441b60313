//! What can be said about a text.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::rule::Client;

/// One thing to know about an offer or an answer: where it is, which rule says so, why it matters and what to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// Stable kebab-case name.
    pub rule: &'static str,
    /// Which text the line is in.
    pub subject: Subject,
    /// 1-based. For something that lacks: the `m=` line of the section that lacks it, or `None` if the whole text is
    /// meant.
    pub line: Option<usize>,
    /// As it stands in the text, without its value: `a=setup`, `m=audio`, `o=`.
    pub attribute: Option<String>,
    /// The line, shortened and escaped.
    pub quote: Option<String>,
    /// What is wrong. May quote the text, shortened and escaped.
    pub detail: String,
    /// Why the relay or Meta cares.
    pub why: &'static str,
    /// Where that is written: an RFC's section, a page of Meta's, or who met it.
    pub source: &'static str,
    /// What to change, whatever the client.
    pub mend: &'static str,
    /// How to change it where a client has a way of its own. As JSON an object by client.
    #[serde(serialize_with = "by_client")]
    pub mend_in: &'static [(Client, &'static str)],
}

/// How much a finding matters. Ordered: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The offer is refused, or the answer cannot be applied.
    Error,
    /// The call will be less than the peer probably wants, or others refuse it.
    Warning,
    /// Good to know.
    Info,
}

/// One of the texts that were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    Offer,
    Answer,
    /// The offer before.
    Previous,
}

impl Finding {
    /// Adds what was seen in the text, or why it could not be read.
    pub(super) fn note(mut self, text: &str) -> Self {
        self.detail.push_str(" (");
        self.detail.push_str(&quoted(text));
        self.detail.push(')');
        self
    }

    /// Orders findings as they are told, the worst first, then by line, and quotes the lines.
    pub(super) fn tell(findings: &mut [Self], subject: Subject, text: &str) {
        findings.sort_by_key(|finding| (finding.severity, finding.line));
        for finding in findings {
            finding.subject = subject;
            let line = finding.line.and_then(|line| text.lines().nth(line - 1));
            finding.quote = line.map(|line| quoted(line.trim()));
        }
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
        write!(f, "{}: {} {} {}", self.rule, self.detail, self.why, self.mend)
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

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Subject::Offer => "offer",
            Subject::Answer => "answer",
            Subject::Previous => "previous offer",
        })
    }
}

/// Text from an offer or answer, safe to print on a terminal and short.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(QUOTE_MAX).flat_map(char::escape_default).collect()
}

fn by_client<S: Serializer>(ways: &[(Client, &str)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(ways.len()))?;
    for (client, how) in ways {
        map.serialize_entry(client, how)?;
    }
    map.end()
}

/// Characters of a text that a finding quotes at most.
const QUOTE_MAX: usize = 80;
