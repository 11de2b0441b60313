use async_trait::async_trait;
use offhook_call::Time;
use serde::{Deserialize, Serialize};

use crate::Error;

/// The store itself, for those who run it.
#[async_trait]
pub trait Upkeep {
    /// Whether changes reach the disk, as far as the last of them told. It becomes true again by itself.
    fn is_writable(&self) -> bool;

    /// What the store takes on the disk. Cheap.
    async fn sizes(&self) -> Result<Sizes, Error>;

    /// What the store has. Reads indexes through, so its price grows with their size.
    async fn inventory(&self) -> Result<Inventory, Error>;

    /// Deletes at most `limit` calls that ended before `ended_before` (`None`: no calls) and owe nothing, with their
    /// metrics and deliveries, and as many of the clients' keys and of the sessions that no longer stand at `now`. Returns how
    /// many of all three; zero: nothing is left to delete.
    async fn forget(&self, ended_before: Option<Time>, now: Time, limit: u32) -> Result<u32, Error>;
}

/// Bytes on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    pub database: u64,
    /// The write-ahead log beside it.
    pub wal: u64,
    /// Of the database, pages that deleted rows left; they are used again before it grows.
    pub free: u64,
}

/// What a store has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    pub schema_version: u32,
    pub counts: Counts,
    /// What the last check of this database found.
    pub last_check: Option<LastCheck>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub live_calls: u64,
    pub ended_calls: u64,
    pub pending_deliveries: u64,
    pub delivered_deliveries: u64,
    pub dead_deliveries: u64,
}

/// A check that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastCheck {
    pub at: Time,
    /// Zero: the database is sound.
    pub faults: u32,
}
