//! SQLite's file on a disk that loses power, fills up and fails.

mod nth_call;
mod power_loss;
mod rolled_back;
mod story;
mod wal;
mod workload;
mod world;

use std::path::Path;

use rusqlite::Connection;

const FILE: &str = "offhook.db";

/// What SQLite itself finds wrong with a file.
fn integrity(file: &Path) -> Result<(), String> {
    let check = || -> rusqlite::Result<String> {
        let connection = Connection::open(file)?;
        if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
            return Ok("a row refers to nothing".to_owned());
        }
        connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))
    };
    match check() {
        Ok(answer) if answer == "ok" => Ok(()),
        Ok(answer) => Err(answer),
        Err(error) => Err(error.to_string()),
    }
}
