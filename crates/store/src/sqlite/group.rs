//! Changes that are committed together. Each runs in a savepoint of its own: one that fails or panics is undone alone,
//! and the others stand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rusqlite::{Connection, Savepoint, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use super::failure;
use crate::Error;

/// A change that waits for its commit.
pub(super) trait Job: Send {
    /// Makes the change. An error is the group's: nothing of it may be committed.
    fn run(&mut self, group: &mut Transaction<'_>) -> Result<(), GroupError>;
    /// Answers, once the group is durable or has failed.
    fn answer(self: Box<Self>, group: Result<(), GroupError>);
}

/// Why a whole group failed; its changes share it.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum GroupError {
    #[error("the group was not committed")]
    Sqlite(#[source] Arc<rusqlite::Error>),
    /// SQLite does so for some errors of the disk.
    #[error("a failing change took the group's transaction with it")]
    RolledBack,
}

pub(super) struct Change<F, T, E> {
    /// Taken when it runs.
    job: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

/// A change ended in a panic: a bug, in the change or in what it calls.
#[derive(Debug, thiserror::Error)]
#[error("a change of the store panicked; nothing of it was kept")]
struct Panicked;

/// Makes and commits the changes. After an error none of them stands, unless the process dies before the next commit:
/// SQLite may have failed only after its last write.
pub(super) fn commit(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), GroupError> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for job in group {
        job.run(&mut transaction)?;
    }
    fail::fail_point!("bug::forget_commit", |_| Ok(()));
    fail::fail_point!("kill::store_before_commit", |_| std::process::abort());
    Ok(transaction.commit()?)
}

impl<F, T, E> Change<F, T, E> {
    pub(super) fn new(job: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { job: Some(job), result: None, reply }
    }
}

impl<F, T, E> Job for Change<F, T, E>
where
    F: FnOnce(&Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, group: &mut Transaction<'_>) -> Result<(), GroupError> {
        if let Some(job) = self.job.take() {
            self.result = Some(in_savepoint(group, job)?);
        }
        Ok(())
    }

    fn answer(self: Box<Self>, group: Result<(), GroupError>) {
        let result = match (group, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Unavailable.into()),
            (Err(error), _) => Err(Error::from(error).into()),
        };
        // A caller that no longer waits cannot be told; the change stands either way.
        drop(self.reply.send(result));
    }
}

/// The change's own result; the outer error says that its savepoint could not be ended.
fn in_savepoint<T, E: From<Error>>(
    group: &mut Transaction<'_>,
    job: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<Result<T, E>, GroupError> {
    let savepoint = group.savepoint()?;
    // What a panic leaves half done is the job's, which is gone, and the savepoint's, which is undone.
    let result = match catch_unwind(AssertUnwindSafe(|| job(&savepoint))) {
        Ok(result) => result,
        Err(_shown_by_the_panic_hook) => Err(Error::Backend(Box::new(Panicked)).into()),
    };
    match &result {
        Ok(_) => savepoint.commit()?,
        Err(_) => undo(savepoint)?,
    }
    Ok(result)
}

fn undo(savepoint: Savepoint<'_>) -> Result<(), GroupError> {
    // The savepoints of later changes would commit by themselves.
    if savepoint.is_autocommit() {
        return Err(GroupError::RolledBack);
    }
    Ok(savepoint.finish()?)
}

impl GroupError {
    /// Whether the disk is the reason, and not a bug or damage.
    pub(super) fn is_of_disk(&self) -> bool {
        match self {
            Self::Sqlite(error) => failure::is_of_disk(error),
            Self::RolledBack => true,
        }
    }
}

impl From<rusqlite::Error> for GroupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(Arc::new(error))
    }
}

impl From<GroupError> for Error {
    fn from(error: GroupError) -> Self {
        if error.is_of_disk() { Self::Disk(Box::new(error)) } else { Self::Backend(Box::new(error)) }
    }
}
