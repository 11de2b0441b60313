//! What can be said about SDP, as JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One thing to know about an offer or an answer; in `findings` of an `invalid_sdp` error too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SdpFinding)]
pub struct Finding {
    pub severity: Severity,
    /// A stable name; `docs/sdp.md` has them all.
    pub rule: String,
    pub subject: Subject,
    /// Counted from 1; null if the whole text is meant.
    pub line: Option<usize>,
    /// As it stands in the text, without its value: `a=setup`.
    pub attribute: Option<String>,
    /// The line, shortened and escaped.
    pub quote: Option<String>,
    /// What is wrong.
    pub detail: String,
    /// Why Meta or the relay cares.
    pub why: String,
    /// Where that is written.
    pub source: String,
    /// What to change, whatever the client.
    pub mend: String,
    /// How to change it where a client has a way of its own, by `chromium`, `aiortc`, `pion`, `werift`, `str0m`.
    pub mend_in: BTreeMap<String, String>,
}

/// `error`: refused, or it cannot be applied. `warning`: less than was probably meant, or others refuse it. `info`: good to
/// know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SdpSeverity)]
pub enum Severity {
    Error,
    Warning,
    Info,
}

/// The text that the line is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = SdpSubject)]
pub enum Subject {
    Offer,
    Answer,
    Previous,
}
