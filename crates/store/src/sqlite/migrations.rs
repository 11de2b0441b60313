use rusqlite::{Connection, TransactionBehavior};

use crate::Error;

/// The schema, step by step. A step that was released never changes: a later one is added. `user_version` counts the
/// steps that a file has.
const STEPS: [&str; 3] = [
    include_str!("migrations/0001_start.sql"),
    include_str!("migrations/0003_thread.sql"),
    include_str!("migrations/0004_frame.sql"),
];

/// The file was written by a newer version of this program.
#[derive(Debug, thiserror::Error)]
#[error("the database has schema version {found}; this program knows up to {known}")]
struct NewerSchema {
    found: usize,
    known: usize,
}

/// Brings the file up to date, all missing steps in one transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: usize = transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))? as usize;
    let missing = STEPS.get(found..).ok_or_else(|| NewerSchema { found, known: STEPS.len() });
    for step in missing.map_err(|newer| Error::Backend(Box::new(newer)))? {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", STEPS.len() as u32)?;
    transaction.commit()?;
    Ok(())
}
