/// Why the store could not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The backend failed; trying again may help.
    #[error("the store failed")]
    Backend(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row cannot be read: written by a newer version, or damaged.
    #[error("row {key} of {table}: column {column} is not readable")]
    Corrupt { table: &'static str, key: String, column: &'static str },
    /// The store is shut down or its queue is full.
    #[error("the store takes no more work")]
    Unavailable,
}
