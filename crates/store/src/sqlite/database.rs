use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use offhook_call::Owed;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use super::migrations::migrate;
use super::readers::Readers;
use super::writer::Writer;
use crate::Error;

/// Turns an owed event into the exact bytes that a subscriber gets, on every try the same, with the compat switches of
/// the subscriber ([`App::compat`](crate::App)). It runs inside the transaction that owes the event, so it must be quick
/// and must not panic. `None`: with these switches the subscriber is not told.
pub type Render = Arc<dyn Fn(&Owed, &Value) -> Option<Vec<u8>> + Send + Sync>;

/// The store in a SQLite file. Dropping it waits for the changes that are being committed.
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
    pub(super) render: Render,
}

/// How much work the store takes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Changes that may wait for the writer; one more is refused with [`Error::Unavailable`].
    pub queue: usize,
    /// Reads that run at a time, each on a connection of its own.
    pub readers: usize,
}

/// As in `default.toml`.
impl Default for Capacity {
    fn default() -> Self {
        Self { queue: 4096, readers: 2 }
    }
}

/// How long a connection waits for a lock that another process holds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

impl Sqlite {
    /// Opens the file, creating it and bringing its schema up to date where needed.
    pub fn open(path: impl AsRef<Path>, render: Render) -> Result<Self, Error> {
        Self::open_with(path, Capacity::default(), render)
    }

    /// As [`open`](Self::open), with limits of the operator's choice.
    pub fn open_with(path: impl AsRef<Path>, capacity: Capacity, render: Render) -> Result<Self, Error> {
        let path = path.as_ref();
        let mut connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrate(&mut connection)?;
        let writer = Writer::start(connection, capacity.queue)?;
        Ok(Self { writer, readers: Readers::new(path, capacity.readers), render })
    }

    /// Runs `job` alone in the writer's transaction. Its changes are durable when this returns `Ok`, and undone when
    /// the job fails.
    pub(super) async fn write<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.writer.run(job).await
    }

    /// Runs `job` on a connection that sees everything committed before.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.readers.run(job).await
    }
}

/// A connection that cannot change anything.
pub(super) fn open_reader(path: &Path) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Backend(Box::new(error))
    }
}
