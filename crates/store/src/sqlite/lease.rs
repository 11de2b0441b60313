//! Which deliveries go to a worker.

use offhook_call::{AppId, Duration, PageId, Time};
use rusqlite::{Connection, named_params};

use super::record::{self, Record, Stored};
use crate::{DeliveryId, Error, LeaseLimits, Leased};

/// The inner query offers what is due of each app, not more than its share; `place` counts what is offered after what the
/// app's workers hold already. Those whose last try did not fail come first, and among them those that hold least, so
/// that neither a failing one nor the long queue of another keeps them waiting.
/// CROSS JOIN keeps the planner, which knows no figures, from reading the whole table first (SQLite, "The Query Optimizer
/// Overview", section 8.2).
const TAKE: &str = "
    UPDATE deliveries SET due_at = :until, leased_until = :until WHERE id IN (
        SELECT id FROM (
            SELECT id, due_at, proven, failed, place,
                row_number() OVER (PARTITION BY proven ORDER BY failed, place, due_at, id) AS place_of_kind
            FROM (
                SELECT due.id, due.due_at, callback.proven, callback.failing_since IS NOT NULL AS failed,
                    (SELECT count(*) FROM deliveries WHERE app = callback.app AND leased_until > :now)
                        + row_number() OVER (PARTITION BY due.app ORDER BY due.due_at, due.id) AS place
                FROM app_subscriptions AS callback CROSS JOIN deliveries AS due ON due.id IN (
                    SELECT id FROM deliveries WHERE app = callback.app AND due_at <= :now
                    ORDER BY due_at, id LIMIT :per_app)
                WHERE callback.health IN ('healthy', 'failing')
            ) AS offered
            WHERE place <= CASE proven WHEN 1 THEN :per_app ELSE min(:per_app, :per_unproven) END
        ) AS admitted
        WHERE proven = 1 OR place_of_kind <= :unproven - (
            SELECT count(*) FROM app_subscriptions AS callback
            CROSS JOIN deliveries AS held ON held.app = callback.app AND held.leased_until > :now WHERE callback.proven = 0)
        ORDER BY failed, place, due_at, id LIMIT :total)
    RETURNING *,
        (SELECT secret FROM apps WHERE apps.id = deliveries.app) AS app_secret,
        (SELECT old_secret FROM apps WHERE apps.id = deliveries.app AND old_secret_until > :now) AS old_app_secret,
        (SELECT callback_url FROM app_subscriptions AS callback WHERE callback.app = deliveries.app) AS callback_url";

pub(super) fn take(db: &Connection, now: Time, until: Time, limits: LeaseLimits) -> Result<Vec<Leased>, Error> {
    let LeaseLimits { total, per_app, per_unproven, unproven } = limits;
    let values = named_params! {
        ":now": now.0, ":until": until.0, ":total": total, ":per_app": per_app,
        ":per_unproven": per_unproven, ":unproven": unproven,
    };
    let mut taken: Vec<Leased> = record::all(db, TAKE, values)?;
    taken.sort_by_key(|lease| lease.id);
    Ok(taken)
}

pub(super) fn next_due(db: &Connection, now: Time) -> Result<Option<Time>, Error> {
    let sql = "SELECT min((SELECT min(due_at) FROM deliveries WHERE app = callback.app AND due_at > ?))
        FROM app_subscriptions AS callback WHERE callback.health IN ('healthy', 'failing')";
    let due_at: Option<i64> = db.prepare_cached(sql)?.query_row([now.0], |row| row.get(0))?;
    Ok(due_at.map(Time))
}

/// A lease's holder knows it by its end, so that stays, and only the moment at which others may take the delivery moves. The
/// wait of one that was tried is the time from its last try, or its redelivery, to its next; of one that was not, nothing. One
/// that a sandbox's fault holds back is left alone.
pub(super) fn correct(db: &Connection, now: Time, lease: Duration, wait_max: Duration) -> Result<u64, Error> {
    let sql = "UPDATE deliveries SET due_at = fitting.due_at FROM (
            SELECT late.id, min(due_at, CASE WHEN leased_until IS NOT NULL THEN :now + :lease WHEN attempts = 0 THEN :now
                ELSE :now + max(0, min(:wait_max, due_at - max(coalesce(redelivered_at, 0), coalesce(
                    (SELECT at + took_ms FROM attempts WHERE delivery = late.id AND number = late.attempts), 0))))
                END) AS due_at
            FROM apps CROSS JOIN deliveries AS late ON late.app = apps.id AND late.due_at > :now
            WHERE late.held = 0 OR late.leased_until IS NOT NULL
        ) AS fitting WHERE fitting.id = deliveries.id AND fitting.due_at < deliveries.due_at";
    let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    let values = named_params! { ":now": now.0, ":lease": millis(lease), ":wait_max": millis(wait_max) };
    Ok(record::change(db, sql, values)? as u64)
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
            old_app_secret: row.get("old_app_secret")?,
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
        let steps: Vec<String> = plan
            .query_map([rusqlite::types::Null; 6], |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let tables = ["SCAN due", "SCAN held", "SCAN deliveries"];
        let read_whole = |step: &String| tables.iter().any(|table| step.starts_with(table));
        assert!(!steps.iter().any(read_whole), "{steps:#?}");
    }
}
