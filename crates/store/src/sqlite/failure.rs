use rusqlite::ErrorCode;

use crate::Error;

/// Whether the disk, or who else works on the file, is the reason, so that it may pass without anybody's doing.
pub(super) fn is_of_disk(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::DatabaseBusy
                | ErrorCode::FileLockingProtocolFailed
        )
    )
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        if is_of_disk(&error) { Self::Disk(Box::new(error)) } else { Self::Backend(Box::new(error)) }
    }
}
