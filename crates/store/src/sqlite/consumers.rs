use offhook_call::{PageId, Psid, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use crate::{Consumer, ConsumerFilter, Error, NewConsumer};

pub(super) fn create(db: &Connection, consumer: NewConsumer, now: Time) -> Result<Option<Consumer>, Error> {
    let NewConsumer { page, psid, name } = consumer;
    let sql = "INSERT INTO consumers (page, psid, name, created_at) SELECT id, ?, ?, ? FROM pages WHERE id = ?";
    let created = record::change(db, sql, params![psid.0.cast_signed(), name, now.0, page.0.cast_signed()])?;
    Ok((created == 1).then_some(Consumer { page, psid, name, created_at: now }))
}

pub(super) fn newest(db: &Connection, wanted: &ConsumerFilter, limit: u32) -> Result<Option<Vec<Consumer>>, Error> {
    let page = wanted.page.0.cast_signed();
    let end = match wanted.before {
        Some(psid) => find(db, wanted.page, psid)?.map(|last| (last.created_at.0, psid.0.cast_signed())),
        None => Some((i64::MAX, i64::MAX)),
    };
    let Some((created_at, psid)) = end else { return Ok(None) };
    let sql = "SELECT * FROM consumers WHERE page = ? AND (created_at, psid) < (?, ?)
        ORDER BY created_at DESC, psid DESC";
    // SQLite folds the case of ASCII alone.
    let text = wanted.text.trim().to_lowercase();
    let found = record::first(db, sql, [page, created_at, psid], limit, |consumer: &Consumer| {
        consumer.name.to_lowercase().contains(&text) || consumer.psid.to_string().contains(&text)
    });
    found.map(Some)
}

pub(super) fn find(db: &Connection, page: PageId, psid: Psid) -> Result<Option<Consumer>, Error> {
    let sql = "SELECT * FROM consumers WHERE page = ? AND psid = ?";
    record::one(db, sql, [page.0.cast_signed(), psid.0.cast_signed()])
}

/// The consumer says something: its messaging window opens. `false`: no such consumer.
pub(super) fn open_window(db: &Connection, page: PageId, psid: Psid, now: Time) -> Result<bool, Error> {
    let sql = "UPDATE consumers SET window_opened_at = ? WHERE page = ? AND psid = ?";
    Ok(record::change(db, sql, params![now.0, page.0.cast_signed(), psid.0.cast_signed()])? == 1)
}

/// When the consumer last said something; `None`: it never did, or there is no such consumer.
pub(super) fn window_opened_at(db: &Connection, page: PageId, psid: Psid) -> Result<Option<Time>, Error> {
    let sql = "SELECT max(window_opened_at) FROM consumers WHERE page = ? AND psid = ?";
    let values = [page.0.cast_signed(), psid.0.cast_signed()];
    let opened_at: Option<i64> = db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?;
    Ok(opened_at.map(Time))
}

impl Stored for Consumer {
    const TABLE: &'static str = "consumers";
    const KEY: &'static str = "psid";
}

impl TryFrom<Record<'_>> for Consumer {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            page: PageId(row.id("page")?),
            psid: Psid(row.id("psid")?),
            name: row.get("name")?,
            created_at: row.time("created_at")?,
        })
    }
}
