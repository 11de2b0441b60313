use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::connection::beside;
use crate::Error;

/// Why a database stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum SetAsideError {
    #[error("the database is in use; stop the server first")]
    InUse,
    #[error(transparent)]
    Store(#[from] Error),
    #[error("the database's files cannot be renamed")]
    Io(#[from] std::io::Error),
}

/// Long enough for a reader to finish; a server never lets go.
const PATIENCE: Duration = Duration::from_secs(1);

/// Gives a database that is not in use another name, beside its own: afterwards nothing that could be taken for a log of
/// its successor stands beside `file`, which itself may stay until that replaces it.
pub fn set_aside(file: &Path, aside: &Path) -> Result<(), SetAsideError> {
    if file.exists() {
        fold(file)?;
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let from = beside(file, suffix);
        if from.exists() {
            std::fs::rename(from, beside(aside, suffix))?;
        }
    }
    if file.exists() {
        // Not every file system knows hard links.
        std::fs::hard_link(file, aside).or_else(|_| std::fs::rename(file, aside))?;
    }
    Ok(())
}

/// Writes the log back into the file and ends it, which SQLite does only for the one connection that there is.
fn fold(file: &Path) -> Result<(), SetAsideError> {
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE);
    let fold = || -> rusqlite::Result<String> {
        let db = Connection::open_with_flags(file, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.pragma_update_and_check(None, "journal_mode", "DELETE", |row| row.get(0))
    };
    match fold() {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_still_the_old_mode) => Err(SetAsideError::InUse),
        Err(error) => match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy) => Err(SetAsideError::InUse),
            // It is kept as it is, with its log.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Ok(()),
            _ => Err(Error::from(error).into()),
        },
    }
}
