use async_trait::async_trait;
use offhook_call::{AppId, CallId, MetricsRefused, Time};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::record::{self, Record, Stored};
use super::{Sqlite, calls};
use crate::{Error, Metrics, SubmittedMetrics};

#[async_trait]
impl Metrics for Sqlite {
    async fn submit_metrics(
        &self,
        call: CallId,
        app: AppId,
        report: Value,
        now: Time,
    ) -> Result<Option<Result<(), MetricsRefused>>, Error> {
        self.write(move |db| submit(db, call, &SubmittedMetrics { app, submitted_at: now, report })).await
    }

    async fn metrics(&self, call: CallId) -> Result<Option<SubmittedMetrics>, Error> {
        self.read(move |db| find(db, call)).await
    }
}

fn submit(
    db: &Connection,
    call: CallId,
    metrics: &SubmittedMetrics,
) -> Result<Option<Result<(), MetricsRefused>>, Error> {
    let Some(found) = calls::find(db, call)? else { return Ok(None) };
    let SubmittedMetrics { app, submitted_at, report } = metrics;
    if let Err(refused) = found.take_metrics(*app, find(db, call)?.is_some(), *submitted_at) {
        return Ok(Some(Err(refused)));
    }
    let sql = "INSERT INTO call_metrics (call, app, submitted_at, report) VALUES (?, ?, ?, ?)";
    record::change(db, sql, params![call.to_string(), app.0.cast_signed(), submitted_at.0, report.to_string()])?;
    Ok(Some(Ok(())))
}

fn find(db: &Connection, call: CallId) -> Result<Option<SubmittedMetrics>, Error> {
    record::one(db, "SELECT * FROM call_metrics WHERE call = ?", [call.to_string()])
}

impl Stored for SubmittedMetrics {
    const TABLE: &'static str = "call_metrics";
    const KEY: &'static str = "call";
}

impl TryFrom<Record<'_>> for SubmittedMetrics {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { app: AppId(row.id("app")?), submitted_at: row.time("submitted_at")?, report: row.json("report")? })
    }
}
