use offhook_call::{AppId, PageId, Psid, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use crate::{ConsumerToken, Error, PageToken, TokenHash};

pub(super) fn create_for_page(db: &Connection, token: &PageToken, now: Time) -> Result<bool, Error> {
    let sql = "INSERT INTO page_tokens (hash, app, page, pages_messaging, created_at, expires_at, revoked_at)
        SELECT ?, apps.id, pages.id, ?, ?, ?, ? FROM apps, pages WHERE apps.id = ? AND pages.id = ?";
    let (expires_at, revoked_at) = (token.expires_at.map(|time| time.0), token.revoked_at.map(|time| time.0));
    let (app, page) = (token.app.0.cast_signed(), token.page.0.cast_signed());
    let values = params![token.hash.0, token.pages_messaging, now.0, expires_at, revoked_at, app, page];
    Ok(record::change(db, sql, values)? == 1)
}

pub(super) fn all_of_page(db: &Connection, page: PageId) -> Result<Vec<PageToken>, Error> {
    let sql = "SELECT * FROM page_tokens WHERE page = ? ORDER BY created_at, hash";
    record::all(db, sql, [page.0.cast_signed()])
}

pub(super) fn find_of_page(db: &Connection, hash: TokenHash) -> Result<Option<PageToken>, Error> {
    record::one(db, "SELECT * FROM page_tokens WHERE hash = ?", [hash.0])
}

/// A token that was revoked before stays revoked from then.
pub(super) fn revoke(db: &Connection, hash: TokenHash, now: Time) -> Result<bool, Error> {
    let sql = "UPDATE page_tokens SET revoked_at = coalesce(revoked_at, ?) WHERE hash = ?";
    Ok(record::change(db, sql, params![now.0, hash.0])? == 1)
}

pub(super) fn create_for_consumer(db: &Connection, token: &ConsumerToken, now: Time) -> Result<bool, Error> {
    let sql = "INSERT INTO consumer_tokens (hash, page, psid, created_at, expires_at)
        SELECT ?, page, psid, ?, ? FROM consumers WHERE page = ? AND psid = ?";
    let (page, psid) = (token.page.0.cast_signed(), token.psid.0.cast_signed());
    Ok(record::change(db, sql, params![token.hash.0, now.0, token.expires_at.0, page, psid])? == 1)
}

pub(super) fn find_of_consumer(db: &Connection, hash: TokenHash) -> Result<Option<ConsumerToken>, Error> {
    record::one(db, "SELECT * FROM consumer_tokens WHERE hash = ?", [hash.0])
}

impl Stored for PageToken {
    const TABLE: &'static str = "page_tokens";
    const KEY: &'static str = "hash";
}

impl TryFrom<Record<'_>> for PageToken {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            hash: TokenHash(row.get("hash")?),
            app: AppId(row.id("app")?),
            page: PageId(row.id("page")?),
            pages_messaging: row.get("pages_messaging")?,
            expires_at: row.maybe_time("expires_at")?,
            revoked_at: row.maybe_time("revoked_at")?,
        })
    }
}

impl Stored for ConsumerToken {
    const TABLE: &'static str = "consumer_tokens";
    const KEY: &'static str = "hash";
}

impl TryFrom<Record<'_>> for ConsumerToken {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            hash: TokenHash(row.get("hash")?),
            page: PageId(row.id("page")?),
            psid: Psid(row.id("psid")?),
            expires_at: row.time("expires_at")?,
        })
    }
}
