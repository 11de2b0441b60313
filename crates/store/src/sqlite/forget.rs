//! What is kept no longer, in small pieces: the writer serves everybody else between them.

use offhook_call::Time;
use rusqlite::{Connection, params};

use super::{connect, record};
use crate::Error;

/// What is settled about calls that may go: a call goes after all that was owed about it, which was owed before it ended.
const SETTLED: &str = "DELETE FROM deliveries WHERE id IN (
    SELECT owed.id FROM deliveries AS owed INDEXED BY deliveries_settled_of_calls
    JOIN calls ON calls.id = owed.subject
    WHERE owed.state <> 'pending' AND substr(owed.subject, 1, 2) = 'c_' AND owed.owed_at < ?1
        AND calls.live = 0 AND calls.ended_at < ?1 AND NOT EXISTS (
        SELECT 1 FROM deliveries WHERE subject = calls.id AND page = calls.page AND state = 'pending')
    ORDER BY owed.owed_at LIMIT ?2)";

/// The calls themselves, those that ended first come first.
const FORGOTTEN: &str = "WITH forgotten AS (
    SELECT id FROM calls WHERE live = 0 AND ended_at < ?1 AND NOT EXISTS (
        SELECT 1 FROM deliveries WHERE subject = calls.id AND page = calls.page AND state = 'pending')
    ORDER BY ended_at LIMIT ?2)";

/// The calls last: until they go, each statement finds the same ones.
const WITH_THEM: [&str; 3] = [
    "DELETE FROM idempotency_keys WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM call_metrics WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM calls WHERE id IN (SELECT id FROM forgotten)",
];

pub(super) fn forget(db: &Connection, ended_before: Option<Time>, now: Time, limit: u32) -> Result<u32, Error> {
    let mut forgotten = connect::forget_keys(db, now, limit)?;
    if let Some(before) = ended_before {
        let settled = record::change(db, SETTLED, params![before.0, limit])?;
        forgotten += settled;
        // Not before the last of what was owed about them is gone.
        if settled < limit as usize {
            forgotten += forget_calls(db, before, limit)?;
        }
    }
    Ok(u32::try_from(forgotten).unwrap_or(u32::MAX))
}

fn forget_calls(db: &Connection, before: Time, limit: u32) -> Result<usize, Error> {
    let mut forgotten = 0;
    for what in WITH_THEM {
        forgotten = record::change(db, &format!("{FORGOTTEN} {what}"), params![before.0, limit])?;
    }
    Ok(forgotten)
}
