use std::ffi::c_int;

use rusqlite::ffi;

/// Which call is to fail, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// 1 is the next call that can fail: an open, a write, a truncation or a sync.
    pub nth: u64,
    pub trouble: Trouble,
    /// All calls after it fail too, until [`Disk::heal`](crate::Disk::heal).
    pub lasting: bool,
}

/// What is wrong with the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No room: `SQLITE_FULL` for a write. Half of it is written.
    Full,
    /// I/O errors: `SQLITE_IOERR_WRITE`, `_FSYNC`, `_TRUNCATE`.
    Broken,
}

/// A call that can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Open,
    Write,
    Truncate,
    Sync,
}

impl Trouble {
    /// SQLite's code for it.
    pub(crate) fn code(self, call: Call) -> c_int {
        match (call, self) {
            (Call::Open, _) => ffi::SQLITE_CANTOPEN,
            (Call::Write, Self::Full) => ffi::SQLITE_FULL,
            (Call::Write, Self::Broken) => ffi::SQLITE_IOERR_WRITE,
            (Call::Truncate, _) => ffi::SQLITE_IOERR_TRUNCATE,
            (Call::Sync, _) => ffi::SQLITE_IOERR_FSYNC,
        }
    }
}
