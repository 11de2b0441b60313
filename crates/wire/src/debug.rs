//! `debug=all|info|warning`: what a server has to say about a request that it took (Graph's "Debugging" page).

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

/// An entry of `__debug__.messages`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugMessage {
    pub message: String,
    #[serde(rename = "type")]
    pub kind: DebugKind,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DebugKind {
    Info,
    Warning,
}

/// Which messages a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DebugLevel {
    All,
    Only(DebugKind),
}

impl DebugMessage {
    pub fn info(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: DebugKind::Info, link: None }
    }

    pub fn warning(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: DebugKind::Warning, link: None }
    }

    pub fn linked(self, link: &str) -> Self {
        Self { link: Some(link.to_owned()), ..self }
    }
}

impl DebugLevel {
    /// `None` for any other word: then nothing is asked for.
    pub(crate) fn named(word: &str) -> Option<Self> {
        match word {
            "all" => Some(Self::All),
            "info" => Some(Self::Only(DebugKind::Info)),
            "warning" => Some(Self::Only(DebugKind::Warning)),
            _ => None,
        }
    }

    pub fn wants(self, message: &DebugMessage) -> bool {
        match self {
            Self::All => true,
            Self::Only(kind) => message.kind == kind,
        }
    }
}

/// What was read of a request's parameters, and what there is to say about them.
#[derive(Debug, Default)]
pub(crate) struct Log(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    read: BTreeSet<String>,
    said: Vec<DebugMessage>,
}

impl Log {
    pub(crate) fn read(&self, name: &str) {
        let mut entries = self.lock();
        if !entries.read.contains(name) {
            entries.read.insert(name.to_owned());
        }
    }

    pub(crate) fn was_read(&self, name: &str) -> bool {
        self.lock().read.contains(name)
    }

    /// However often a request is read, its sender is told once.
    pub(crate) fn say(&self, message: DebugMessage) {
        let mut entries = self.lock();
        if !entries.said.contains(&message) {
            entries.said.push(message);
        }
    }

    pub(crate) fn said(&self) -> Vec<DebugMessage> {
        self.lock().said.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        // Every change leaves the entries whole, so a panic elsewhere does not spoil them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
