//! Connections, and how the writing one goes on after an error.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::group::{self, GroupError, Job};
use super::migrations;
use crate::Error;

/// How long a connection waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// The WAL file shrinks to this after it was written back: what a burst or a long backup made of it is given back.
const WAL_BYTES_KEPT: u64 = 16 * 1024 * 1024;

/// A disk that failed counts as well after this long without another failure.
const WELL_AFTER: Duration = Duration::from_secs(1);

/// The connection that writes. An error leaves it usable: what failed is rolled back, and if that fails too, the file is
/// opened anew. While the disk fails, each group is preceded by a small commit that shows whether it is well again.
pub(super) struct WriteConnection {
    path: PathBuf,
    wal_pages: u32,
    connection: Connection,
    writable: Arc<AtomicBool>,
    /// The last failure of a disk that is not yet counted as well.
    failed_at: Option<Instant>,
}

impl WriteConnection {
    /// Opens the file, creating it and bringing its schema up to date where needed. The WAL is written back once it has
    /// `wal_pages`.
    pub(super) fn open(path: &Path, wal_pages: u32) -> Result<Self, Error> {
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", expect_wal)??;
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrations::migrate(&mut connection)?;
        set_up(&connection, wal_pages)?;
        let writable = Arc::new(AtomicBool::new(true));
        Ok(Self { path: path.to_owned(), wal_pages, connection, writable, failed_at: None })
    }

    /// Whether changes reach the disk, as far as is known.
    pub(super) fn writable(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.writable)
    }

    /// Whether it is worth to look from time to time whether the disk is well again.
    pub(super) fn is_failing(&self) -> bool {
        self.failed_at.is_some()
    }

    pub(super) fn commit(&mut self, group: &mut [Box<dyn Job>]) -> Result<(), GroupError> {
        if self.is_failing() {
            self.look_again()?;
        }
        let committed = group::commit(&mut self.connection, group);
        if let Err(error) = &committed {
            self.note_failure(error);
            // SQLite may have failed after it had written the group whole. The next commit overwrites it, so that what
            // is now answered as failed cannot come back after a crash; if this one fails too, a later one will do it.
            drop(self.look_again());
        }
        committed
    }

    /// Commits nothing: that shows whether the disk takes commits.
    pub(super) fn look_again(&mut self) -> Result<(), GroupError> {
        let committed = migrations::stamp(&self.connection).map_err(GroupError::from);
        match &committed {
            Ok(()) => self.note_success(),
            Err(error) => {
                self.note_failure(error);
                self.reopen();
            }
        }
        committed
    }

    fn note_failure(&mut self, error: &GroupError) {
        if error.is_of_disk() {
            self.failed_at = Some(Instant::now());
            if self.writable.swap(false, Ordering::Relaxed) {
                tracing::error!(error = error as &dyn std::error::Error, "the store cannot write: changes are refused");
            }
        }
        if !self.connection.is_autocommit() {
            self.reopen();
        }
    }

    fn note_success(&mut self) {
        if self.failed_at.is_some_and(|failed_at| failed_at.elapsed() >= WELL_AFTER) {
            self.failed_at = None;
            self.writable.store(true, Ordering::Relaxed);
            tracing::info!("the store writes again");
        }
    }

    /// The new connection stands before the old one is closed: SQLite reads the WAL anew when the last one goes, and might
    /// find what was answered as failed.
    fn reopen(&mut self) {
        let reopened = open_existing(&self.path, self.wal_pages);
        match reopened {
            Ok(connection) => self.connection = connection,
            Err(error) => tracing::debug!(error = &error as &dyn std::error::Error, "the file cannot be opened anew"),
        }
    }
}

/// A connection that cannot change anything.
pub(super) fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// The name of what SQLite and we keep beside a database.
pub(super) fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A file that is gone must not be made anew, empty.
fn open_existing(path: &Path, wal_pages: u32) -> Result<Connection, rusqlite::Error> {
    let flags = OpenFlags::default().difference(OpenFlags::SQLITE_OPEN_CREATE);
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    set_up(&connection, wal_pages)?;
    Ok(connection)
}

/// The file's place has no shared memory, or another program keeps it in another mode.
#[derive(Debug, thiserror::Error)]
#[error("the file's journal mode stays {0:?}; it must be on a local disk that knows shared memory")]
struct NoWal(String);

fn expect_wal(mode: &rusqlite::Row<'_>) -> rusqlite::Result<Result<(), Error>> {
    let mode: String = mode.get(0)?;
    Ok(if mode == "wal" { Ok(()) } else { Err(Error::Backend(Box::new(NoWal(mode)))) })
}

/// What a writing connection needs beside durability.
fn set_up(connection: &Connection, wal_pages: u32) -> Result<(), rusqlite::Error> {
    // No temporary files: they would be one more disk that can be full.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", wal_pages)?;
    connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT.cast_signed())
}
