use offhook_call::{Entry, EntryId, EntryKind, PageId, Psid, Side, ThreadLimits, Time};
use rusqlite::{Connection, params};

use super::permissions::USAGE_WINDOW;
use super::record::{self, Record, Stored};
use crate::Error;

/// Keeps the entry, and lets the thread's oldest go where it has too many.
pub(super) fn insert(db: &Connection, entry: &Entry, limits: &ThreadLimits) -> Result<(), Error> {
    let sql = "INSERT INTO entries (id, page, psid, at, sender, kind, is_request) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let (page, psid) = (entry.page.0.cast_signed(), entry.psid.0.cast_signed());
    let is_request = matches!(entry.kind, EntryKind::PermissionRequest { .. });
    let values =
        params![entry.id.to_string(), page, psid, entry.at.0, sender_text(entry.from), kind_text(entry), is_request];
    record::change(db, sql, values)?;
    prune(db, entry, limits)
}

/// Permission requests stay as long as they count.
fn prune(db: &Connection, newest: &Entry, limits: &ThreadLimits) -> Result<(), Error> {
    let sql = "DELETE FROM entries WHERE page = ?1 AND psid = ?2
        AND number <= (
            SELECT number FROM entries WHERE page = ?1 AND psid = ?2 ORDER BY number DESC LIMIT 1 OFFSET ?3)
        AND NOT (is_request = 1 AND at > ?4)";
    let (page, psid) = (newest.page.0.cast_signed(), newest.psid.0.cast_signed());
    record::change(db, sql, params![page, psid, limits.entries_kept, (newest.at - USAGE_WINDOW).0])?;
    Ok(())
}

pub(super) fn update(db: &Connection, entry: &Entry) -> Result<(), Error> {
    record::change(db, "UPDATE entries SET kind = ? WHERE id = ?", params![kind_text(entry), entry.id.to_string()])?;
    Ok(())
}

pub(super) fn find(db: &Connection, page: PageId, psid: Psid, entry: EntryId) -> Result<Option<Entry>, Error> {
    let sql = "SELECT * FROM entries WHERE id = ? AND page = ? AND psid = ?";
    record::one(db, sql, params![entry.to_string(), page.0.cast_signed(), psid.0.cast_signed()])
}

/// The newest first.
pub(super) fn newest(db: &Connection, page: PageId, psid: Psid, limit: u32) -> Result<Vec<Entry>, Error> {
    let sql = "SELECT * FROM entries WHERE page = ? AND psid = ? ORDER BY number DESC LIMIT ?";
    record::all(db, sql, params![page.0.cast_signed(), psid.0.cast_signed(), limit])
}

/// Permission requests that were sent after `since`.
pub(super) fn requests_since(db: &Connection, page: PageId, psid: Psid, since: Time) -> Result<u32, Error> {
    let sql = "SELECT count(*) FROM entries WHERE page = ? AND psid = ? AND at > ? AND is_request = 1";
    let values = params![page.0.cast_signed(), psid.0.cast_signed(), since.0];
    Ok(db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

fn kind_text(entry: &Entry) -> String {
    serde_json::json!(entry.kind).to_string()
}

fn sender_text(side: Side) -> &'static str {
    match side {
        Side::Business => BUSINESS,
        Side::Consumer => CONSUMER,
    }
}

const BUSINESS: &str = "business";
const CONSUMER: &str = "consumer";

impl Stored for Entry {
    const TABLE: &'static str = "entries";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Entry {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let from = match row.get::<String>("sender")?.as_str() {
            BUSINESS => Side::Business,
            CONSUMER => Side::Consumer,
            _ => return Err(row.corrupt("sender")),
        };
        Ok(Self {
            id: row.parse("id")?,
            page: PageId(row.id("page")?),
            psid: Psid(row.id("psid")?),
            at: row.time("at")?,
            from,
            kind: row.json("kind")?,
        })
    }
}
