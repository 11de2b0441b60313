use std::path::Path;

use tempfile::TempDir;

/// A new folder, in memory where the machine has such: nothing here needs a disk that lasts.
pub fn scratch() -> std::io::Result<TempDir> {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
}
