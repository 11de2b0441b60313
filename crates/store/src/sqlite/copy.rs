use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::connection::open_reader;
use crate::Error;

/// How long a copy waits for somebody who holds the file.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// Copies a database, which may be in use, into `to`, an empty file or none: one file, synced, with all that was committed
/// before and nothing by halves. It is read in one transaction, so writers go on and their log grows until it is done.
pub fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fail::fail_point!("bug::copy_without_log", |_| match std::fs::copy(from, to) {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::Disk(Box::new(error))),
    });
    let source = open_reader(from)?;
    let mut target = Connection::open(to)?;
    target.pragma_update(None, "synchronous", "FULL")?;
    copy_pages(&source, &mut target)?;
    // The copy says, as its source does, that it has a log beside it.
    target.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    drop(target);
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| Error::Disk(Box::new(error)))
}

fn copy_pages(source: &Connection, target: &mut Connection) -> Result<(), Error> {
    let backup = Backup::new(source, target)?;
    let until = Instant::now() + PATIENCE;
    // All pages in one step: with several, each change by another process would begin the copy anew.
    while backup.step(-1)? != StepResult::Done {
        if Instant::now() > until {
            return Err(Error::Unavailable);
        }
        std::thread::sleep(PAUSE);
    }
    Ok(())
}
