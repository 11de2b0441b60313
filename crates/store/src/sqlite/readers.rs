//! Reads: off the async runtime's threads, a limited number at a time, each on a connection of its own. They
//! see what is committed and never wait for the writer (WAL).

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::connection::open_reader;
use crate::Error;

pub(super) struct Readers {
    permits: Arc<Semaphore>,
    pool: Arc<Pool>,
}

struct Pool {
    path: PathBuf,
    /// Connections that nobody uses; opened when first needed.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: &Path, readers_max: usize) -> Self {
        let pool = Pool { path: path.to_owned(), idle: Mutex::default() };
        Self { permits: Arc::new(Semaphore::new(readers_max)), pool: Arc::new(pool) }
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_closed| Error::Unavailable)?;
        let pool = Arc::clone(&self.pool);
        let read = move || {
            let connection = pool.take()?;
            let result = job(&connection);
            // What the backend failed on may have harmed the connection; the next read gets a new one.
            if !matches!(result, Err(Error::Disk(_) | Error::Backend(_))) {
                pool.put(connection);
            }
            drop(permit);
            result
        };
        tokio::task::spawn_blocking(read).await.map_err(|panic| Error::Backend(Box::new(panic)))?
    }
}

impl Pool {
    fn take(&self) -> Result<Connection, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open_reader(&self.path), Ok)
    }

    fn put(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
