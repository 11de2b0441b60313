use offhook_call::{PageId, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use crate::{Error, NewPage, Page};

pub(super) fn create(db: &Connection, page: NewPage, now: Time) -> Result<Page, Error> {
    let page = Page { id: page.id, name: page.name, audio_enabled: true, created_at: now };
    let sql = "INSERT INTO pages (id, name, audio_enabled, created_at) VALUES (?, ?, ?, ?)";
    record::change(db, sql, params![page.id.0.cast_signed(), page.name, page.audio_enabled, now.0])?;
    Ok(page)
}

pub(super) fn all(db: &Connection) -> Result<Vec<Page>, Error> {
    record::all(db, "SELECT * FROM pages ORDER BY created_at, id", [])
}

pub(super) fn find(db: &Connection, page: PageId) -> Result<Option<Page>, Error> {
    record::one(db, "SELECT * FROM pages WHERE id = ?", [page.0.cast_signed()])
}

impl Stored for Page {
    const TABLE: &'static str = "pages";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Page {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: PageId(row.id("id")?),
            name: row.get("name")?,
            audio_enabled: row.get("audio_enabled")?,
            created_at: row.time("created_at")?,
        })
    }
}
