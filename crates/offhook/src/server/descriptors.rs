//! How many files and connections a server needs.

use crate::config::Media;
use crate::descriptors;

/// For media connections and everything else.
pub(crate) fn wanted(media: &Media) -> u64 {
    let connections = if media.tcp { media.tcp_connections } else { 0 };
    connections as u64 + OTHERS
}

/// Raises the limit as far as the process itself may, and says so if that is less than `wanted`. Without descriptors a
/// server refuses devices and requests too.
pub(super) fn raise(wanted: u64) {
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
