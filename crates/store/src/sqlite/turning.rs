use async_trait::async_trait;
use offhook_call::{Call, Duration, State, Time, Turn};
use rusqlite::{Connection, params};
use serde_json::json;

use super::{Sqlite, calls, record};
use crate::{Error, Turning};

#[async_trait]
impl Turning for Sqlite {
    async fn turn(&self, now: Time, by: Turn) -> Result<(), Error> {
        self.write(move |db| turn(db, now, by)).await
    }
}

fn turn(db: &Connection, now: Time, by: Turn) -> Result<(), Error> {
    for call in record::all::<Call>(db, calls::LIVE, [])? {
        turn_call(db, &call.turned(by))?;
    }
    // A lease's holder knows it by its end, so that stays; only the moment moves at which others may take the delivery.
    let deliveries = "UPDATE deliveries
        SET owed_at = owed_at + ?1, redelivered_at = redelivered_at + ?1, due_at = due_at + ?1 WHERE state = 'pending'";
    record::change(db, deliveries, [by.0])?;
    // The wait for the next try is counted from the last one.
    let tries = "UPDATE attempts SET at = at + ?
        WHERE delivery IN (SELECT id FROM deliveries WHERE state = 'pending' AND attempts > 0)";
    record::change(db, tries, [by.0])?;
    record::change(db, "UPDATE app_subscriptions SET failing_since = failing_since + ?", [by.0])?;
    let secrets = "UPDATE apps SET old_secret_until = old_secret_until + ? WHERE old_secret_until > ?";
    record::change(db, secrets, params![by.0, now.0])?;
    let keys = "UPDATE idempotency_keys SET created_at = created_at + ? WHERE created_at > ?";
    record::change(db, keys, params![by.0, (now - RETRIED_WITHIN).0])?;
    Ok(())
}

fn turn_call(db: &Connection, call: &Call) -> Result<(), Error> {
    let connected_at = match call.state {
        State::Connected { since, .. } => Some(since.0),
        State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Ended(_) => None,
    };
    let sql = "UPDATE calls SET created_at = ?, state = ?, desk = ?, connected_at = ? WHERE id = ?";
    let state = json!(call.state).to_string();
    record::change(
        db,
        sql,
        params![call.created_at.0, state, calls::desk_text(call), connected_at, call.id.to_string()],
    )?;
    Ok(())
}

/// How soon clients repeat a request whose answer they did not get.
const RETRIED_WITHIN: Duration = Duration::from_hours(1);
