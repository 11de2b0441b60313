//! How many files and connections the process may have open at a time.

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the limit to `wanted` as far as the process itself may; the limit that holds then.
pub(crate) fn raise(wanted: u64) -> Result<u64, Errno> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    if soft >= wanted {
        return Ok(soft);
    }
    let most = wanted.min(hard);
    Ok(setrlimit(Resource::RLIMIT_NOFILE, most, hard).map_or(soft, |()| most))
}
