//! The disk as SQLite's: what it keeps, what it loses, and that the loss depends on syncs.

use std::path::Path;

use offhook_faulty_disk::{Disk, Fault, Moment, PowerCut, Trouble, scratch};
use rusqlite::Connection;
use tempfile::TempDir;

const INSERTS: u32 = 30;

/// A table in a WAL file, a commit a row; the moments at which they returned.
fn insert_rows(disk: &Disk, file: &Path, synchronous: &str) -> Vec<Moment> {
    let connection = Connection::open(file).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.pragma_update(None, "synchronous", synchronous).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 8).unwrap();
    connection.execute_batch("CREATE TABLE rows (number INTEGER PRIMARY KEY, text TEXT)").unwrap();
    let rows = 0..INSERTS;
    rows.map(|number| {
        connection.execute("INSERT INTO rows VALUES (?, hex(randomblob(900)))", [number]).unwrap();
        disk.moment()
    })
    .collect()
}

/// How many images, of some at each moment, have lost a row that was there.
fn losses(synchronous: &str, ignore_syncs: bool) -> usize {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    if ignore_syncs {
        disk.ignore_syncs();
    }
    let committed = insert_rows(&disk, &folder.path().join("rows.db"), synchronous);
    let mut cut = disk.power_cut();
    let mut losses = 0;
    for (rows, moment) in (1..).zip(committed) {
        cut.forward_to(moment);
        losses += (0..5).filter(|seed| !has_rows(&image(&cut, *seed), rows)).count();
    }
    losses
}

fn image(cut: &PowerCut, seed: u64) -> TempDir {
    let image = scratch().unwrap();
    cut.write_image(seed, image.path()).unwrap();
    image
}

fn has_rows(image: &TempDir, rows: u32) -> bool {
    let count = || -> rusqlite::Result<u32> {
        let connection = Connection::open(image.path().join("rows.db"))?;
        connection.query_row("SELECT count(*) FROM rows", [], |row| row.get(0))
    };
    count().is_ok_and(|found| found >= rows)
}

#[test]
fn synced_commits_survive_every_cut() {
    assert_eq!(losses("FULL", false), 0);
}

#[test]
fn unsynced_commits_are_lost_and_found_to_be() {
    assert!(losses("OFF", false) > 10, "without syncs");
    assert!(losses("NORMAL", false) > 10, "with syncs at checkpoints only");
    assert!(losses("FULL", true) > 10, "with a disk that ignores syncs");
}

#[test]
fn the_nth_call_fails_once_or_until_healed() {
    let folder = scratch().unwrap();
    let disk = Disk::under(folder.path()).unwrap();
    let file = folder.path().join("rows.db");
    insert_rows(&disk, &file, "FULL");
    let connection = Connection::open(&file).unwrap();
    let insert = || connection.execute("INSERT INTO rows (text) VALUES ('x')", []);
    insert().unwrap();
    disk.fail(Fault { nth: 1, trouble: Trouble::Full, lasting: false });
    let code = insert().unwrap_err().sqlite_error_code();
    assert_eq!(code, Some(rusqlite::ErrorCode::DiskFull));
    insert().unwrap();
    disk.fail(Fault { nth: 1, trouble: Trouble::Broken, lasting: true });
    assert!(insert().is_err() && insert().is_err());
    assert!(disk.heal());
    insert().unwrap();
}
