//! Whether a database is sound.

use std::path::Path;

use offhook_call::Time;
use rusqlite::Connection;

use super::connection::{beside, open_reader};
use super::{migrations, upkeep};
use crate::{Counts, Error, LastCheck};

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub schema_version: u32,
    /// What is wrong, a sentence each; of very many, the first hundred.
    pub faults: Vec<String>,
    /// `None` if damage keeps them from being counted.
    pub counts: Option<Counts>,
}

/// Reads a database through, which may be in use: SQLite's own integrity check, references between rows, and whether its
/// schema is one that this program knows. An error: it could not be read at all.
pub fn check(file: &Path) -> Result<Checked, Error> {
    let db = open_reader(file)?;
    let schema_version = migrations::version(&db)?;
    let mut faults: Vec<String> = migrations::unusable(schema_version).into_iter().collect();
    faults.extend(integrity(&db).unwrap_or_else(|error| vec![error.to_string()]));
    faults.extend(dangling(&db).unwrap_or_else(|error| vec![error.to_string()]));
    faults.truncate(FAULTS_MAX);
    Ok(Checked { schema_version, faults, counts: upkeep::counts(&db).ok() })
}

/// Writes beside the database when it was checked and what came of it, for [`Upkeep`](crate::Upkeep) to show.
pub fn note_check(file: &Path, checked: &Checked, at: Time) -> std::io::Result<()> {
    let faults = u32::try_from(checked.faults.len()).unwrap_or(u32::MAX);
    let note = serde_json::to_vec(&LastCheck { at, faults }).expect("numbers can be written");
    std::fs::write(beside(file, NOTE), note)
}

/// The note on the last check. One that cannot be read is none.
pub(super) fn last(file: &Path) -> Option<LastCheck> {
    serde_json::from_slice(&std::fs::read(beside(file, NOTE)).ok()?).ok()
}

fn integrity(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut check = db.prepare(&format!("PRAGMA integrity_check({FAULTS_MAX})"))?;
    let found = check.query_map([], |row| row.get::<_, String>(0))?;
    found.filter(|line| !matches!(line.as_deref(), Ok("ok"))).collect()
}

fn dangling(db: &Connection) -> Result<Vec<String>, rusqlite::Error> {
    let mut check = db.prepare("PRAGMA foreign_key_check")?;
    let found = check.query_map([], |row| {
        let (table, row_id, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let row_id = row_id.map_or_else(|| "a row".to_owned(), |row_id| format!("row {row_id}"));
        Ok(format!("{row_id} of {table} refers to none of {parent}"))
    })?;
    found.take(FAULTS_MAX).collect()
}

const FAULTS_MAX: usize = 100;

const NOTE: &str = "-check.json";
