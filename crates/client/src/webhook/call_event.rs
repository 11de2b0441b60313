use offhook_call::Status;
use serde_json::Value;

use crate::graph::{CallId, PageId, Psid};

/// One event of one call. Times are seconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEvent {
    pub page: PageId,
    pub call: CallId,
    /// When it happened.
    pub at: Option<i64>,
    pub kind: CallEventKind,
}

#[derive(Debug, Clone, PartialEq)]
pub enum CallEventKind {
    /// A consumer calls: accept within 60 seconds.
    Calling {
        consumer: Psid,
    },
    /// The business calls.
    Dialing {
        consumer: Psid,
    },
    /// The consumer's device rings.
    Ringing {
        consumer: Option<Psid>,
    },
    /// The consumer picked up.
    Accepted {
        consumer: Option<Psid>,
    },
    /// The server's own SDP offer: apply it, answer it locally, send nothing back. Of several, the highest version
    /// counts.
    MediaUpdate {
        version: u32,
        offer: String,
    },
    Terminate(End),
    /// An event that is not known here, or lacks a part that it needs.
    Other(Value),
}

/// The end of a call. The times are there if the parties were connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// `None`: a word that Meta does not document.
    pub status: Option<Status>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    /// In seconds, since the business was connected. Meta also writes that it never was as null, as an empty text and
    /// as zero; here that is `None`.
    pub duration: Option<u64>,
}
