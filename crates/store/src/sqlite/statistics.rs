use async_trait::async_trait;
use offhook_call::{CallId, CallStatistics};
use rusqlite::{Connection, params};
use serde_json::json;

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{Error, Statistics};

#[async_trait]
impl Statistics for Sqlite {
    async fn keep_statistics(&self, call: CallId, statistics: CallStatistics) -> Result<(), Error> {
        self.write(move |db| keep(db, call, &statistics)).await
    }

    async fn statistics(&self, call: CallId) -> Result<Option<CallStatistics>, Error> {
        self.read(move |db| record::one(db, "SELECT * FROM call_statistics WHERE call = ?", [call.to_string()])).await
    }
}

fn keep(db: &Connection, call: CallId, statistics: &CallStatistics) -> Result<(), Error> {
    let sql = "INSERT INTO call_statistics (call, taken_at, legs)
        SELECT id, ?, ? FROM calls WHERE id = ? ON CONFLICT DO NOTHING";
    let CallStatistics { taken_at, legs } = statistics;
    record::change(db, sql, params![taken_at.0, json!(legs).to_string(), call.to_string()])?;
    Ok(())
}

impl Stored for CallStatistics {
    const TABLE: &'static str = "call_statistics";
    const KEY: &'static str = "call";
}

impl TryFrom<Record<'_>> for CallStatistics {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { taken_at: row.time("taken_at")?, legs: row.json("legs")? })
    }
}
