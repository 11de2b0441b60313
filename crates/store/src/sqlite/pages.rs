use offhook_call::{CallSettings, PageId, RingTarget, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use crate::{Error, NewPage, Page, PageChange};

pub(super) fn create(db: &Connection, page: NewPage, now: Time) -> Result<Page, Error> {
    let NewPage { id, name } = page;
    let page = Page { id, name, settings: CallSettings::default(), embed_origins: Vec::new(), created_at: now };
    let sql = "INSERT INTO pages (id, name, audio_enabled, created_at) VALUES (?, ?, ?, ?)";
    record::change(db, sql, params![page.id.0.cast_signed(), page.name, page.settings.audio_enabled, now.0])?;
    set_settings(db, page.id, &page.settings)?;
    Ok(page)
}

pub(super) fn all(db: &Connection) -> Result<Vec<Page>, Error> {
    record::all(db, "SELECT * FROM pages ORDER BY created_at, id", [])
}

pub(super) fn find(db: &Connection, page: PageId) -> Result<Option<Page>, Error> {
    record::one(db, "SELECT * FROM pages WHERE id = ?", [page.0.cast_signed()])
}

pub(super) fn change(db: &Connection, page: PageId, change: &PageChange) -> Result<Option<Page>, Error> {
    let origins = change.embed_origins.as_ref().map(|origins| serde_json::json!(origins).to_string());
    let sql = "UPDATE pages SET embed_origins = coalesce(?, embed_origins) WHERE id = ? RETURNING *";
    record::one(db, sql, params![origins, page.0.cast_signed()])
}

pub(super) fn set_settings(db: &Connection, page: PageId, settings: &CallSettings) -> Result<(), Error> {
    let sql = "UPDATE pages SET audio_enabled = ?, video_enabled = ?, icon_enabled = ?, call_hours = ?, ring_target = ?
        WHERE id = ?";
    let CallSettings { audio_enabled, video_enabled, icon_enabled, hours, ring_target } = settings;
    let hours = hours.as_ref().map(|hours| serde_json::json!(hours).to_string());
    let ring_target = ring_target.map(ring_target_text);
    let page = page.0.cast_signed();
    record::change(db, sql, params![audio_enabled, video_enabled, icon_enabled, hours, ring_target, page])?;
    Ok(())
}

fn ring_target_text(target: RingTarget) -> &'static str {
    match target {
        RingTarget::Meta => META,
        RingTarget::Partners => PARTNERS,
    }
}

fn settings(row: &Record<'_>) -> Result<CallSettings, Error> {
    let ring_target = match row.get::<Option<String>>("ring_target")?.as_deref() {
        None => None,
        Some(META) => Some(RingTarget::Meta),
        Some(PARTNERS) => Some(RingTarget::Partners),
        Some(_) => return Err(row.corrupt("ring_target")),
    };
    Ok(CallSettings {
        audio_enabled: row.get("audio_enabled")?,
        video_enabled: row.get("video_enabled")?,
        icon_enabled: row.get("icon_enabled")?,
        hours: row.maybe_json("call_hours")?,
        ring_target,
    })
}

const META: &str = "meta";
const PARTNERS: &str = "partners";

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
            settings: settings(&row)?,
            embed_origins: row.json("embed_origins")?,
            created_at: row.time("created_at")?,
        })
    }
}
