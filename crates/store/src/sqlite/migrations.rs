use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// The schema, step by step. A step that was released never changes: a later one is added. `user_version` counts the
/// steps that a file has.
const STEPS: [&str; 15] = [
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0002_inbound_calls.sql"),
    include_str!("migrations/0003_thread.sql"),
    include_str!("migrations/0004_frame.sql"),
    include_str!("migrations/0005_outbox.sql"),
    include_str!("migrations/0006_store.sql"),
    include_str!("migrations/0008_endpoints.sql"),
    include_str!("migrations/0009_statistics.sql"),
    include_str!("migrations/0010_sandbox_clock.sql"),
    include_str!("migrations/0011_sessions.sql"),
    include_str!("migrations/0012_embedding.sql"),
    include_str!("migrations/0013_timelines.sql"),
    include_str!("migrations/0014_faults.sql"),
    include_str!("migrations/0015_desk.sql"),
    include_str!("migrations/0016_consumers.sql"),
];

/// The file was written by a newer version of this program.
#[derive(Debug, thiserror::Error)]
#[error("the database has schema version {found}; this program knows up to {known}")]
struct NewerSchema {
    found: u32,
    known: u32,
}

/// A step left a row that refers to nothing: a bug in the step.
#[derive(Debug, thiserror::Error)]
#[error("rows would refer to nothing after the schema's change")]
struct DanglingRows;

/// Brings the file up to date, all missing steps in one transaction. Foreign keys are off meanwhile, so that a table may
/// be made anew under its name (SQLite, "Making Other Kinds Of Table Schema Changes"), and are checked at the end.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    connection.pragma_update(None, "foreign_keys", false)?;
    run_missing_steps(connection)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

fn run_missing_steps(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let missing = STEPS.get(found as usize..).ok_or_else(|| Error::Backend(Box::new(newer(found))))?;
    for step in missing {
        transaction.execute_batch(step)?;
    }
    if !missing.is_empty() && transaction.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(Error::Backend(Box::new(DanglingRows)));
    }
    stamp(&transaction)?;
    transaction.commit()?;
    Ok(())
}

/// How many steps a file has; none: it is empty, or no file of this program's.
pub(super) fn version(connection: &Connection) -> Result<u32, rusqlite::Error> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Why a file with so many steps cannot be used.
pub(super) fn unusable(version: u32) -> Option<String> {
    match version as usize {
        0 => Some("it has no schema: it is no database of this program's".to_owned()),
        steps if steps > STEPS.len() => Some(newer(version).to_string()),
        _ => None,
    }
}

fn newer(found: u32) -> NewerSchema {
    NewerSchema { found, known: STEPS.len() as u32 }
}

/// Writes the number of steps into the file; into one that is up to date, a commit that changes nothing.
pub(super) fn stamp(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "user_version", STEPS.len() as u32)
}
