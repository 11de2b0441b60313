//! The one thread that writes. It takes the changes that wait, commits them in one transaction, and only then
//! answers: with `synchronous=FULL` the sync to disk is the price of a commit, so changes that come together share it.

use std::sync::Arc;
use std::thread::JoinHandle;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use crate::Error;

/// Changes in one commit.
const GROUP_MAX: usize = 64;

pub(super) struct Writer {
    /// `None` only while dropping.
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a whole group failed; its changes share it.
type GroupError = Arc<rusqlite::Error>;

/// A change that waits for its commit.
trait Job: Send {
    /// Makes the change, in a savepoint of its own: if it fails, the rest of the group does not.
    fn run(&mut self, group: &mut Transaction<'_>);
    /// Answers, once the group is durable or has failed.
    fn answer(self: Box<Self>, group: Result<(), GroupError>);
}

struct Change<F, T, E> {
    /// Taken when it runs.
    job: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl Writer {
    pub(super) fn start(mut connection: Connection, queue_max: usize) -> Result<Self, Error> {
        let (queue, mut jobs) = mpsc::channel(queue_max);
        let work = move || {
            while let Some(first) = jobs.blocking_recv() {
                let mut group: Vec<Box<dyn Job>> = vec![first];
                while group.len() < GROUP_MAX
                    && let Ok(job) = jobs.try_recv()
                {
                    group.push(job);
                }
                commit(&mut connection, group);
            }
        };
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
        let change = Box::new(Change { job: Some(job), result: None, reply });
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.try_send(change).map_err(|_full_or_dead| Error::Unavailable)?;
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

fn commit(connection: &mut Connection, mut group: Vec<Box<dyn Job>>) {
    let result = try_commit(connection, &mut group).map_err(Arc::new);
    fail::fail_point!("kill::store_committed", |_| std::process::abort());
    for job in group {
        job.answer(result.clone());
    }
}

fn try_commit(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), rusqlite::Error> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        job.run(&mut transaction);
    }
    fail::fail_point!("kill::store_before_commit", |_| std::process::abort());
    transaction.commit()
}

impl<F, T, E> Job for Change<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, group: &mut Transaction<'_>) {
        if let Some(job) = self.job.take() {
            self.result = Some(in_savepoint(group, job));
        }
    }

    fn answer(self: Box<Self>, group: Result<(), GroupError>) {
        let result = match (group, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Unavailable.into()),
            (Err(error), _) => Err(Error::Backend(Box::new(error)).into()),
        };
        // A caller that no longer waits cannot be told; the change stands either way.
        drop(self.reply.send(result));
    }
}

fn in_savepoint<T, E: From<Error>>(
    group: &mut Transaction<'_>,
    job: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let savepoint = group.savepoint().map_err(Error::from)?;
    let done = job(&savepoint)?;
    savepoint.commit().map_err(Error::from)?;
    Ok(done)
}
