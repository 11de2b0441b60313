use offhook_call::{CallId, ConnectFacts, Duration, Limits, NewCall, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use super::{calls, effects, permissions};
use crate::sqlite::Render;
use crate::{Answered, ConnectError, ConnectOutcome, Error, Idempotency};

/// How long a client's key stands for its first request (contract section 1).
const KEY_LIFE: Duration = Duration::from_hours(24);

pub(super) fn connect(
    db: &Connection,
    render: &Render,
    new: NewCall,
    idempotency: Option<Idempotency>,
    now: Time,
    limits: &Limits,
) -> Result<ConnectOutcome, ConnectError> {
    if let Some(used) = &idempotency {
        forget_key(db, used, now)?;
        if let Some(first) = first_answer(db, used)? {
            return Ok(ConnectOutcome::Repeated(first));
        }
    }
    let facts = facts(db, &new, now)?;
    let applied = new.connect(&facts, now, limits)?;
    calls::insert(db, &applied.call)?;
    effects::commit(db, render, &applied, now)?;
    if let Some(first) = idempotency {
        remember_key(db, &first, applied.call.id, now)?;
    }
    Ok(ConnectOutcome::Created(applied))
}

fn facts(db: &Connection, new: &NewCall, now: Time) -> Result<ConnectFacts, Error> {
    let facts = ConnectFacts {
        permission: permissions::find(db, new.page, new.psid)?,
        consumer_in_call: calls::find_live(db, new.page, new.psid)?.is_some(),
        live_calls_of_page: calls::live_of_page(db, new.page)?,
        connected_last_day: permissions::usage(db, new.page, new.psid, now)?.connected_last_day,
    };
    #[rustfmt::skip]
    fail::fail_point!("bug::forget_revoke", |_| Ok(ConnectFacts { permission: Some(offhook_call::Permission::granted(now)), ..facts }));
    Ok(facts)
}

fn first_answer(db: &Connection, used: &Idempotency) -> Result<Option<Answered>, Error> {
    let sql = "SELECT * FROM idempotency_keys WHERE app = ? AND key = ?";
    record::one(db, sql, params![used.app.0.cast_signed(), used.key])
}

fn remember_key(db: &Connection, first: &Idempotency, call: CallId, now: Time) -> Result<(), Error> {
    fail::fail_point!("bug::forget_key", |_| Ok(()));
    let sql = "INSERT INTO idempotency_keys (app, key, call, answer, created_at) VALUES (?, ?, ?, ?, ?)";
    let Idempotency { app, key, answer } = first;
    record::change(db, sql, params![app.0.cast_signed(), key, call.to_string(), answer, now.0])?;
    Ok(())
}

/// Makes room for a key that stands no longer.
fn forget_key(db: &Connection, used: &Idempotency, now: Time) -> Result<(), Error> {
    let sql = "DELETE FROM idempotency_keys WHERE app = ? AND key = ? AND created_at <= ?";
    record::change(db, sql, params![used.app.0.cast_signed(), used.key, (now - KEY_LIFE).0])?;
    Ok(())
}

/// Deletes at most `limit` keys that stand no longer; how many.
pub(super) fn forget_keys(db: &Connection, now: Time, limit: u32) -> Result<usize, Error> {
    let sql = "DELETE FROM idempotency_keys WHERE rowid IN (
        SELECT rowid FROM idempotency_keys WHERE created_at <= ? ORDER BY created_at LIMIT ?)";
    record::change(db, sql, params![(now - KEY_LIFE).0, limit])
}

impl Stored for Answered {
    const TABLE: &'static str = "idempotency_keys";
    const KEY: &'static str = "key";
}

impl TryFrom<Record<'_>> for Answered {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { call: row.parse("call")?, answer: row.get("answer")? })
    }
}
