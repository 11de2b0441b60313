/// Why the store could not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk is full or fails, or somebody else holds the file. It recovers by itself once that passes; the store logs
    /// when it begins and when it ends. A refused change stays undone, except that it may stand, as a whole, if the
    /// process dies before the store can write again.
    #[error("the store's disk is full or fails")]
    Disk(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The backend failed: a bug, or damage.
    #[error("the store failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row cannot be read: written by a newer version, or damaged.
    #[error("row {key} of {table}: column {column} is not readable")]
    Corrupt { table: &'static str, key: String, column: &'static str },
    /// The store is shut down or its queue is full.
    #[error("the store takes no more work")]
    Unavailable,
}
