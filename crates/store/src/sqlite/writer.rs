//! The one thread that writes. It takes the changes that wait, commits them in one transaction, and only then
//! answers: with `synchronous=FULL` the sync to disk is the price of a commit, so changes that come together share it.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection::WriteConnection;
use super::group::{Change, Job};
use crate::Error;

/// Changes in one commit.
const GROUP_MAX: usize = 64;

/// While the disk fails and nobody writes: how often to look whether it is well again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

pub(super) struct Writer {
    /// `None` only while dropping.
    queue: Option<SyncSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(mut connection: WriteConnection, queue_max: usize) -> Result<Self, Error> {
        let (queue, jobs) = sync_channel(queue_max);
        let work = move || while work_once(&mut connection, &jobs) {};
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(work);
        let thread = thread.map_err(|error| Error::Backend(Box::new(error)))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    pub(super) async fn run<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.try_send(Box::new(Change::new(job, reply))).map_err(|_full_or_dead| Error::Unavailable)?;
        // A writer that died drops the changes in its hands and queue, and their replies with them.
        answer.await.unwrap_or_else(|_dead| Err(Error::Unavailable.into()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the store's writer had panicked");
        }
    }
}

/// Commits what waits. False once nothing will come.
fn work_once(connection: &mut WriteConnection, jobs: &Receiver<Box<dyn Job>>) -> bool {
    let wait = if connection.is_failing() { LOOK_EVERY } else { Duration::MAX };
    match jobs.recv_timeout(wait) {
        Ok(first) => commit(connection, std::iter::once(first).chain(jobs.try_iter()).take(GROUP_MAX).collect()),
        Err(RecvTimeoutError::Timeout) => drop(connection.look_again()),
        Err(RecvTimeoutError::Disconnected) => return false,
    }
    true
}

fn commit(connection: &mut WriteConnection, mut group: Vec<Box<dyn Job>>) {
    let result = connection.commit(&mut group);
    fail::fail_point!("kill::store_committed", |_| std::process::abort());
    for job in group {
        job.answer(result.clone());
    }
}
