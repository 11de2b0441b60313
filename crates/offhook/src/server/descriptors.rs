//! How many files and connections a server needs.

use crate::descriptors;

/// Raises the limit as far as the process itself may, and says so if that is not enough for `connections` of media beside
/// everything else. Without descriptors a server refuses devices and requests too.
pub(super) fn raise(connections: usize) {
    let wanted = connections as u64 + OTHERS;
    let limit = match descriptors::raise(wanted) {
        Ok(limit) => limit,
        Err(error) => return tracing::warn!(%error, "the limit of open files cannot be read"),
    };
    if limit < wanted {
        tracing::warn!(
            limit,
            wanted,
            "few files may be open: raise the limit (ulimit -n), or lower media.tcp_connections"
        );
    }
}

/// Devices, requests, the database, sockets of the shards.
const OTHERS: u64 = 4096;
