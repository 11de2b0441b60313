//! What is kept no longer, in small pieces: the writer serves everybody else between them.

use offhook_call::Time;
use rusqlite::{Connection, params};

use super::{connect, record, sessions};
use crate::Error;

/// The calls that may go, those that ended first come first.
const FORGOTTEN: &str = "WITH forgotten AS (
    SELECT id FROM calls WHERE live = 0 AND ended_at < ?1 AND NOT EXISTS (
        SELECT 1 FROM deliveries WHERE subject = calls.id AND page = calls.page AND state = 'pending')
    ORDER BY ended_at LIMIT ?2)";

/// The calls themselves last: until they go, each statement finds the same ones.
const WITH_THEM: [&str; 7] = [
    "DELETE FROM deliveries WHERE subject IN (SELECT id FROM forgotten)",
    "DELETE FROM idempotency_keys WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM call_metrics WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM call_statistics WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM timelines WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM call_notes WHERE call IN (SELECT id FROM forgotten)",
    "DELETE FROM calls WHERE id IN (SELECT id FROM forgotten)",
];

pub(super) fn forget(db: &Connection, ended_before: Option<Time>, now: Time, limit: u32) -> Result<u32, Error> {
    let keys = connect::forget_keys(db, now, limit)?;
    let sessions = sessions::forget(db, now, limit)?;
    let calls = ended_before.map_or(Ok(0), |before| forget_calls(db, before, limit))?;
    Ok(u32::try_from(keys + sessions + calls).unwrap_or(u32::MAX))
}

fn forget_calls(db: &Connection, before: Time, limit: u32) -> Result<usize, Error> {
    let mut forgotten = 0;
    for what in WITH_THEM {
        forgotten = record::change(db, &format!("{FORGOTTEN} {what}"), params![before.0, limit])?;
    }
    Ok(forgotten)
}
