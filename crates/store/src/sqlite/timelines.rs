use std::io::{Read as _, Write as _};

use async_trait::async_trait;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use offhook_call::{CallId, TimelineEntry};
use rusqlite::{Connection, params};
use serde_json::json;

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{Error, TimelinePart, Timelines};

#[async_trait]
impl Timelines for Sqlite {
    async fn keep_timelines(&self, parts: Vec<TimelinePart>) -> Result<(), Error> {
        // The writer's time is for writing.
        let pack = tokio::task::spawn_blocking(move || parts.iter().map(Packed::of).collect::<Vec<_>>());
        let packed = pack.await.map_err(|error| Error::Backend(Box::new(error)))?;
        self.write(move |db| packed.iter().try_for_each(|part| keep(db, part))).await
    }

    async fn timeline(&self, call: CallId) -> Result<Vec<TimelinePart>, Error> {
        let sql = "SELECT * FROM timelines WHERE call = ? ORDER BY begun_at";
        self.read(move |db| record::all(db, sql, [call.to_string()])).await
    }
}

struct Packed {
    call: String,
    begun_at_us: i64,
    entries: Vec<u8>,
}

impl Packed {
    /// Bodies repeat names, and session descriptions each other: a small part is left.
    fn of(part: &TimelinePart) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        let text = json!(part.entries).to_string();
        let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        let entries = written.expect("writing to memory does not fail");
        Self { call: part.call.to_string(), begun_at_us: part.begun_at_us, entries }
    }
}

fn keep(db: &Connection, part: &Packed) -> Result<(), Error> {
    let sql = "INSERT INTO timelines (call, begun_at, entries) SELECT id, ?, ? FROM calls WHERE id = ?
        ON CONFLICT DO UPDATE SET entries = excluded.entries";
    record::change(db, sql, params![part.begun_at_us, part.entries, part.call])?;
    Ok(())
}

impl Stored for TimelinePart {
    const TABLE: &'static str = "timelines";
    const KEY: &'static str = "call";
}

impl TryFrom<Record<'_>> for TimelinePart {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let entries = unpack(&row.get::<Vec<u8>>("entries")?).ok_or_else(|| row.corrupt("entries"))?;
        Ok(Self { call: row.parse("call")?, begun_at_us: row.get("begun_at")?, entries })
    }
}

fn unpack(packed: &[u8]) -> Option<Vec<TimelineEntry>> {
    let mut text = String::new();
    DeflateDecoder::new(packed).take(TEXT_BYTES_MAX).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// More than any recorder keeps; what unpacks to more was not written by this program.
const TEXT_BYTES_MAX: u64 = 256 * 1024 * 1024;
