use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use offhook_call::Owed;
use rusqlite::Connection;
use serde_json::Value;

use super::connection::WriteConnection;
use super::readers::Readers;
use super::writer::Writer;
use crate::Error;

/// Turns an owed event into the exact bytes that a subscriber gets, on every try the same, with the compat switches of
/// the subscriber ([`App::compat`](crate::App)). It runs inside the transaction that owes the event, so it must be quick;
/// if it panics, the change fails and nothing of it is kept. `None`: with these switches the subscriber is not told.
pub type Render = Arc<dyn Fn(&Owed, &Value) -> Option<Vec<u8>> + Send + Sync>;

/// The store in a SQLite file. Dropping it waits for the changes that are being committed.
pub struct Sqlite {
    writer: Writer,
    readers: Readers,
    pub(super) writable: Arc<AtomicBool>,
    pub(super) render: Render,
}

/// How much work the store takes at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Changes that may wait for the writer; one more is refused with [`Error::Unavailable`].
    pub queue: usize,
    /// Reads that run at a time, each on a connection of its own.
    pub readers: usize,
    /// Pages of 4 KiB in the write-ahead log at which it is written back into the file.
    pub wal_pages: u32,
}

/// As in `default.toml`; `wal_pages` is SQLite's own default, 4 MiB.
impl Default for Capacity {
    fn default() -> Self {
        Self { queue: 4096, readers: 2, wal_pages: 1000 }
    }
}

impl Sqlite {
    /// Opens the file, creating it and bringing its schema up to date where needed.
    pub fn open(path: impl AsRef<Path>, render: Render) -> Result<Self, Error> {
        Self::open_with(path, Capacity::default(), render)
    }

    /// As [`open`](Self::open), with limits of the operator's choice.
    pub fn open_with(path: impl AsRef<Path>, capacity: Capacity, render: Render) -> Result<Self, Error> {
        let path = path.as_ref();
        let connection = WriteConnection::open(path, capacity.wal_pages)?;
        let writable = connection.writable();
        let writer = Writer::start(connection, capacity.queue)?;
        Ok(Self { writer, readers: Readers::new(path, capacity.readers), writable, render })
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
