//! What only a sandbox does for its tests.

use std::time::Duration;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::{Admin, Error};

/// What a sandbox's clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct ClockReading {
    /// Milliseconds since the Unix epoch.
    pub now: i64,
    pub frozen: bool,
    /// By how much it is ahead of the machine's clock; negative: behind.
    pub ahead_ms: i64,
}

#[derive(Deserialize)]
struct CreatedFault {
    id: String,
}

impl Admin {
    pub async fn clock(&self) -> Result<ClockReading, Error> {
        self.get(&["clock"]).await
    }

    pub async fn freeze_clock(&self) -> Result<ClockReading, Error> {
        self.post(&["clock", "freeze"], json!({})).await
    }

    pub async fn release_clock(&self) -> Result<ClockReading, Error> {
        self.post(&["clock", "release"], json!({})).await
    }

    /// All that gets due by it has happened when this returns.
    pub async fn advance_clock(&self, by: Duration) -> Result<ClockReading, Error> {
        let by_ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.post(&["clock", "advance"], json!({ "by_ms": by_ms })).await
    }

    /// New calls, of all Pages and apps, are captured from their beginning.
    pub async fn arm_captures(&self) -> Result<(), Error> {
        self.post(&["captures"], json!({ "on": true })).await.map(|IgnoredAny| ())
    }

    /// Makes something go wrong, as `docs/sandbox.md` describes it; its id.
    pub async fn create_fault(&self, rule: &Value) -> Result<String, Error> {
        let CreatedFault { id } = self.post(&["faults"], rule.clone()).await?;
        Ok(id)
    }
}
