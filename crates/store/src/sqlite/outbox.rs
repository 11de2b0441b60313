use async_trait::async_trait;
use offhook_call::{AppId, Duration, PageId, Time};
use rusqlite::{Connection, named_params, params};

use super::deliveries::state_text;
use super::record::{self, Record, Stored};
use super::{Sqlite, queue};
use crate::{
    Attempt, AttemptOutcome, Deliveries as _, DeliveryFilter, DeliveryId, DeliveryState, DeliveryStatus, Error,
    LeaseLimits, Leased, Outbox,
};

#[async_trait]
impl Outbox for Sqlite {
    async fn lease(&self, now: Time, lease: Duration, limits: LeaseLimits) -> Result<Vec<Leased>, Error> {
        self.write(move |db| take(db, now, now + lease, limits)).await
    }

    async fn record(&self, lease: &Leased, attempt: Attempt) -> Result<(), Error> {
        let held = Held { id: lease.id, until: lease.leased_until, schedule_from: lease.schedule_from };
        self.write(move |db| settle(db, &held, &attempt)).await
    }

    async fn next_due(&self, now: Time) -> Result<Option<Time>, Error> {
        self.read(move |db| next_due(db, now)).await
    }

    async fn purge(&self, before: Time) -> Result<u64, Error> {
        self.write(move |db| purge(db, before)).await
    }

    async fn recent_deliveries(&self, limit: u32) -> Result<Vec<DeliveryState>, Error> {
        self.deliveries(DeliveryFilter::default(), limit).await
    }
}

/// A lease as its row shows it.
struct Held {
    id: DeliveryId,
    until: Time,
    schedule_from: Time,
}

/// The subquery offers what is due of each app, not more than its share; `place` counts what is offered, so that it
/// and what the app's workers hold already stay within the share. CROSS JOIN keeps the planner, which knows no figures,
/// from reading the whole table first (SQLite, "The Query Optimizer Overview", section 8.2).
const TAKE: &str = "
    UPDATE deliveries SET due_at = :until, leased_until = :until WHERE id IN (
        SELECT id FROM (
            SELECT due.id, due.app, due.due_at,
                row_number() OVER (PARTITION BY due.app ORDER BY due.due_at, due.id) AS place
            FROM app_subscriptions AS callback CROSS JOIN deliveries AS due ON due.id IN (
                SELECT id FROM deliveries WHERE app = callback.app AND due_at <= :now
                ORDER BY due_at, id LIMIT :per_app)
            WHERE callback.active = 1
        ) AS offered
        WHERE place + (
            SELECT count(*) FROM deliveries WHERE app = offered.app AND leased_until > :now) <= :per_app
        ORDER BY due_at, id LIMIT :total)
    RETURNING *,
        (SELECT secret FROM apps WHERE apps.id = deliveries.app) AS app_secret,
        (SELECT callback_url FROM app_subscriptions AS callback WHERE callback.app = deliveries.app) AS callback_url";

fn take(db: &Connection, now: Time, until: Time, limits: LeaseLimits) -> Result<Vec<Leased>, Error> {
    let values = named_params! {
        ":now": now.0, ":until": until.0, ":total": limits.total, ":per_app": limits.per_app
    };
    let mut taken: Vec<Leased> = record::all(db, TAKE, values)?;
    taken.sort_by_key(|lease| lease.id);
    Ok(taken)
}

fn settle(db: &Connection, held: &Held, attempt: &Attempt) -> Result<(), Error> {
    let outcome = match attempt.outcome {
        AttemptOutcome::RetryAt(_) | AttemptOutcome::Dead if is_redelivered_since(db, held)? => {
            AttemptOutcome::RetryAt(attempt.at)
        }
        outcome => outcome,
    };
    let (state, due_at) = match outcome {
        AttemptOutcome::Delivered => (DeliveryStatus::Delivered, None),
        AttemptOutcome::RetryAt(at) => (DeliveryStatus::Pending, Some(at.0)),
        AttemptOutcome::Dead => (DeliveryStatus::Dead, None),
    };
    let sql = "UPDATE deliveries SET state = ?, due_at = ?, leased_until = NULL, attempts = attempts + 1
        WHERE id = ? AND leased_until = ?";
    if record::change(db, sql, params![state_text(state), due_at, held.id.0, held.until.0])? == 0 {
        return Ok(());
    }
    insert_attempt(db, held.id, attempt)?;
    match outcome {
        AttemptOutcome::Delivered | AttemptOutcome::Dead => queue::release_next(db, held.id, attempt.at),
        AttemptOutcome::RetryAt(_) => queue::line_up(db, held.id, attempt.at),
    }
}

fn is_redelivered_since(db: &Connection, held: &Held) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM deliveries WHERE id = ? AND redelivered_at <> ?";
    Ok(db.prepare_cached(sql)?.exists(params![held.id.0, held.schedule_from.0])?)
}

fn insert_attempt(db: &Connection, delivery: DeliveryId, attempt: &Attempt) -> Result<(), Error> {
    let sql = "INSERT INTO attempts (delivery, number, at, took_ms, status, response)
        SELECT id, attempts, ?, ?, ?, ? FROM deliveries WHERE id = ?";
    let took_ms = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
    record::change(db, sql, params![attempt.at.0, took_ms, attempt.status, attempt.response, delivery.0])?;
    Ok(())
}

fn next_due(db: &Connection, now: Time) -> Result<Option<Time>, Error> {
    let sql = "SELECT min((SELECT min(due_at) FROM deliveries WHERE app = callback.app AND due_at > ?))
        FROM app_subscriptions AS callback WHERE callback.active = 1";
    let due_at: Option<i64> = db.prepare_cached(sql)?.query_row([now.0], |row| row.get(0))?;
    Ok(due_at.map(Time))
}

fn purge(db: &Connection, before: Time) -> Result<u64, Error> {
    let sql = "DELETE FROM deliveries
        WHERE state <> 'pending' AND owed_at < ?1 AND coalesce(redelivered_at, owed_at) < ?1";
    let deleted = record::change(db, sql, [before.0])?;
    Ok(deleted as u64)
}

impl Stored for Leased {
    const TABLE: &'static str = "deliveries";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Leased {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: DeliveryId(row.get("id")?),
            app: AppId(row.id("app")?),
            app_secret: row.get("app_secret")?,
            callback_url: row.get("callback_url")?,
            page: PageId(row.id("page")?),
            subject: row.parse("subject")?,
            body: row.get("body")?,
            carries_offer: row.get("carries_offer")?,
            owed_at: row.time("owed_at")?,
            schedule_from: row.maybe_time("redelivered_at")?.map_or_else(|| row.time("owed_at"), Ok)?,
            attempts: row.get("attempts")?,
            schedule_tries: row.get::<u32>("attempts")?.saturating_sub(row.get("attempts_before")?),
            leased_until: row.time("leased_until")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::migrations::migrate;

    /// What is due is found by its index, however much is kept.
    #[test]
    fn a_lease_reads_no_whole_table_of_deliveries() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db).unwrap();
        let mut plan = db.prepare(&format!("EXPLAIN QUERY PLAN {TAKE}")).unwrap();
        let unknown = rusqlite::types::Null;
        let values = named_params! { ":now": unknown, ":until": unknown, ":total": unknown, ":per_app": unknown };
        let steps: Vec<String> =
            plan.query_map(values, |row| row.get("detail")).unwrap().collect::<Result<_, _>>().unwrap();
        let read_whole = |step: &String| step.starts_with("SCAN due") || step.starts_with("SCAN deliveries");
        assert!(!steps.iter().any(read_whole), "{steps:#?}");
    }
}
