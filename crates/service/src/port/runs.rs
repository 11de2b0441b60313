use std::collections::BTreeMap;

use async_trait::async_trait;
use offhook_call::{Duration, PageId, Psid, Time};
use serde_json::Value;

/// Plays scenarios of scripted consumers on this node. Only a sandbox offers it.
#[async_trait]
pub trait Runs: Send + Sync + 'static {
    /// Starts a run, and returns once its consumers can be called.
    async fn start(&self, new: NewRun) -> Result<RunRecord, RunRefused>;

    /// Those that are kept, the newest first.
    fn newest(&self, limit: usize) -> Vec<RunRecord>;

    /// A run as it is when it has ended, or after `wait`. `None`: no such run, or it is kept no longer.
    async fn run(&self, run: u64, wait: Duration) -> Option<RunRecord>;

    /// Ends a run early, and returns it as it ended.
    async fn stop(&self, run: u64) -> Option<RunRecord>;

    /// A file that a run recorded.
    async fn file(&self, run: u64, name: &str) -> Option<Vec<u8>>;
}

/// A scenario that is to be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// The scenario's text.
    pub scenario: String,
    /// What it plays, by the names that it has in the scenario.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The Page that its consumers are known to.
    pub page: PageId,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// Random: a run of an earlier process is not taken for one of this.
    pub id: u64,
    pub started_at: Time,
    /// Names and psids.
    pub consumers: Vec<(String, Psid)>,
    pub state: RunState,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RunState {
    Running,
    /// What came of it, for programs and as JUnit XML.
    Ended {
        outcome: Value,
        junit: String,
    },
    /// Why nothing came of it.
    Broken {
        reason: String,
    },
}

/// Why a scenario is not played.
#[derive(Debug, thiserror::Error)]
pub enum RunRefused {
    /// The scenario or one of its files is not as it must be; the text says where.
    #[error("{0}")]
    Unplayable(String),
    #[error("{0} runs are under way; wait for one to end, or stop it")]
    TooMany(usize),
    #[error("the run does not begin")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
