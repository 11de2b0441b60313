//! Every rule about SDP: its name, how much it matters, and what a finding of it says.
//!
//! The rules stand by what they are about, each file with a list of its own. `docs/sdp.md` has a row for each: `offhook
//! sdp rules` prints the table, and a test compares them.

mod again;
mod answer;
mod audio;
mod codec;
mod text;
mod transport;
mod video;

use serde::Serialize;

use super::finding::{Finding, Severity, Subject};
pub(super) use again::*;
pub(super) use answer::*;
pub(super) use audio::*;
pub(super) use codec::*;
pub(super) use text::*;
pub(super) use transport::*;
pub(super) use video::*;

/// One rule. The names are stable: clients and tests match on them.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case.
    pub name: &'static str,
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub what: &'static str,
    /// Why the relay or Meta cares.
    pub why: &'static str,
    /// Where that is written: an RFC's section, a page of Meta's, or who met it.
    pub source: &'static str,
    /// What to change, whatever the client.
    pub mend: &'static str,
    /// How to change it where a client has a way of its own.
    pub mend_in: &'static [(Client, &'static str)],
}

/// WebRTC stacks whose ways of mending are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Client {
    Chromium,
    Aiortc,
    Pion,
    Werift,
    Str0m,
}

/// All rules, as the documentation lists them.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [text::ALL, audio::ALL, codec::ALL, transport::ALL, video::ALL, again::ALL, answer::ALL]
        .into_iter()
        .flatten()
        .copied()
}

impl Rule {
    /// A finding at a line.
    pub(super) fn at(&'static self, line: usize, attribute: impl Into<String>) -> Finding {
        Finding { line: Some(line), attribute: Some(attribute.into()), ..self.whole() }
    }

    /// A finding about the whole text.
    pub(super) fn whole(&'static self) -> Finding {
        Finding {
            severity: self.severity,
            rule: self.name,
            subject: Subject::Offer,
            line: None,
            attribute: None,
            quote: None,
            detail: self.what.to_owned(),
            why: self.why,
            source: self.source,
            mend: self.mend,
            mend_in: self.mend_in,
        }
    }
}

impl Client {
    /// As its makers write it.
    pub fn name(self) -> &'static str {
        match self {
            Client::Chromium => "Chromium",
            Client::Aiortc => "aiortc",
            Client::Pion => "Pion",
            Client::Werift => "werift",
            Client::Str0m => "str0m",
        }
    }
}

/// Rules of one file, and `ALL` of them.
macro_rules! define {
    ($($constant:ident = $severity:ident $name:literal {
        what: $what:literal,
        why: $why:literal,
        source: $source:literal,
        mend: $mend:literal,
        $($client:ident: $how:literal,)*
    })*) => {
        $(pub(in crate::sdp) static $constant: Rule = Rule {
            name: $name,
            severity: Severity::$severity,
            what: $what,
            why: $why,
            source: $source,
            mend: $mend,
            mend_in: &[$((Client::$client, $how),)*],
        };)*

        pub(super) static ALL: &[&Rule] = &[$(&$constant),*];
    };
}
use define;
