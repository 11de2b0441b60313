use async_trait::async_trait;
use offhook_call::{Duration, Time};
use rusqlite::{Connection, params};

use super::deliveries::state_text;
use super::endpoints::Tried;
use super::{Sqlite, endpoints, lease, queue, record};
use crate::{
    Attempt, AttemptOutcome, DeliveryId, DeliveryStatus, Error, HealthChange, HealthRules, LeaseLimits, Leased, Outbox,
};

#[async_trait]
impl Outbox for Sqlite {
    async fn lease(&self, now: Time, lease: Duration, limits: LeaseLimits) -> Result<Vec<Leased>, Error> {
        self.write(move |db| lease::take(db, now, now + lease, limits)).await
    }

    async fn record(
        &self,
        lease: &Leased,
        attempt: Attempt,
        rules: HealthRules,
    ) -> Result<Option<HealthChange>, Error> {
        let lease = lease.clone();
        self.write(move |db| settle(db, &lease, &attempt, rules)).await
    }

    async fn next_due(&self, now: Time) -> Result<Option<Time>, Error> {
        self.read(move |db| lease::next_due(db, now)).await
    }

    async fn correct_times(&self, now: Time, lease: Duration, wait_max: Duration) -> Result<u64, Error> {
        self.write(move |db| lease::correct(db, now, lease, wait_max)).await
    }

    async fn expire(&self, before: Time, now: Time, max: u32) -> Result<u64, Error> {
        self.write(move |db| expire(db, before, now, max)).await
    }

    async fn purge(&self, before: Time) -> Result<u64, Error> {
        let mut purged = 0;
        loop {
            let some = self.write(move |db| purge_some(db, before)).await?;
            purged += some as u64;
            if some < PURGED_MAX as usize {
                return Ok(purged);
            }
        }
    }
}

fn settle(
    db: &Connection,
    lease: &Leased,
    attempt: &Attempt,
    rules: HealthRules,
) -> Result<Option<HealthChange>, Error> {
    let (state, due_at) = match attempt.outcome {
        AttemptOutcome::Delivered => (DeliveryStatus::Delivered, None),
        _ if has_another_schedule_since(db, lease)? => (DeliveryStatus::Pending, Some(attempt.at)),
        AttemptOutcome::RetryAt(at) => (DeliveryStatus::Pending, Some(at)),
        AttemptOutcome::Dead | AttemptOutcome::Gone => (DeliveryStatus::Dead, None),
    };
    let sql = "UPDATE deliveries SET state = ?, due_at = ?, leased_until = NULL, attempts = attempts + 1, held = 0
        WHERE id = ? AND leased_until = ?";
    let values = params![state_text(state), due_at.map(|at| at.0), lease.id.0, lease.leased_until.0];
    if record::change(db, sql, values)? == 0 {
        return Ok(None);
    }
    insert_attempt(db, lease.id, attempt)?;
    match state {
        DeliveryStatus::Delivered | DeliveryStatus::Dead => queue::release_next(db, lease.id, attempt.at)?,
        DeliveryStatus::Pending => queue::line_up(db, lease.id, attempt.at)?,
    }
    let Leased { app, callback_url, .. } = lease;
    endpoints::learn(db, &Tried { app: *app, callback_url, at: attempt.at, outcome: attempt.outcome }, rules)
}

/// It was redelivered, or the clock was turned: what the try's outcome was reckoned from holds no longer.
fn has_another_schedule_since(db: &Connection, lease: &Leased) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM deliveries WHERE id = ? AND coalesce(redelivered_at, owed_at) <> ?";
    Ok(db.prepare_cached(sql)?.exists(params![lease.id.0, lease.schedule_from.0])?)
}

fn insert_attempt(db: &Connection, delivery: DeliveryId, attempt: &Attempt) -> Result<(), Error> {
    let sql = "INSERT INTO attempts (delivery, number, at, took_ms, status, response, fault)
        SELECT id, attempts, ?, ?, ?, ?, ? FROM deliveries WHERE id = ?";
    let took_ms = i64::try_from(attempt.took.as_millis()).unwrap_or(i64::MAX);
    record::change(
        db,
        sql,
        params![attempt.at.0, took_ms, attempt.status, attempt.response, attempt.fault, delivery.0],
    )?;
    Ok(())
}

/// Only the first of each subject is looked at: those behind it have their turn in the next call.
fn expire(db: &Connection, before: Time, now: Time, max: u32) -> Result<u64, Error> {
    let sql = "UPDATE deliveries SET state = 'dead', due_at = NULL, leased_until = NULL WHERE id IN (
            SELECT old.id FROM apps CROSS JOIN deliveries AS old ON old.app = apps.id AND old.due_at IS NOT NULL
            WHERE coalesce(old.redelivered_at, old.owed_at) < ?1 AND coalesce(old.leased_until, 0) <= ?2
                AND apps.id NOT IN (SELECT app FROM app_subscriptions WHERE health IN ('healthy', 'failing'))
            LIMIT ?3)
        RETURNING id";
    let expired: Vec<DeliveryId> = record::all(db, sql, params![before.0, now.0, max])?;
    for id in &expired {
        queue::release_next(db, *id, now)?;
    }
    Ok(expired.len() as u64)
}

/// Deletes the oldest few.
fn purge_some(db: &Connection, before: Time) -> Result<usize, Error> {
    let sql = "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries
        WHERE state <> 'pending' AND owed_at < ?1 AND coalesce(redelivered_at, owed_at) < ?1 ORDER BY owed_at LIMIT ?2)";
    record::change(db, sql, params![before.0, PURGED_MAX])
}

/// Deliveries that are purged in one transaction: some milliseconds, in which nobody else writes.
const PURGED_MAX: u32 = 500;
