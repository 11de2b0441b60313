use async_trait::async_trait;
use offhook_call::{Duration, PageId, Permission, Psid, Time};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use super::{Sqlite, calls, entries};
use crate::{CallUsage, Error, Permissions};

/// The rolling time in which a consumer's connected calls and permission requests count (contract section 4).
pub(super) const USAGE_WINDOW: Duration = Duration::from_hours(24);

#[async_trait]
impl Permissions for Sqlite {
    async fn permission(&self, page: PageId, psid: Psid) -> Result<Option<Permission>, Error> {
        self.read(move |db| find(db, page, psid)).await
    }

    async fn grant(&self, page: PageId, psid: Psid, now: Time) -> Result<Option<Permission>, Error> {
        self.write(move |db| set(db, page, psid, Permission::granted(now))).await
    }

    async fn revoke(&self, page: PageId, psid: Psid, now: Time) -> Result<Option<Permission>, Error> {
        self.write(move |db| set(db, page, psid, Permission::revoked(now))).await
    }

    async fn usage(&self, page: PageId, psid: Psid, now: Time) -> Result<CallUsage, Error> {
        self.read(move |db| usage(db, page, psid, now)).await
    }
}

pub(super) fn find(db: &Connection, page: PageId, psid: Psid) -> Result<Option<Permission>, Error> {
    let sql = "SELECT * FROM permissions WHERE page = ? AND psid = ?";
    record::one(db, sql, [page.0.cast_signed(), psid.0.cast_signed()])
}

/// `None`: no such consumer.
pub(super) fn set(
    db: &Connection,
    page: PageId,
    psid: Psid,
    permission: Permission,
) -> Result<Option<Permission>, Error> {
    let sql = "INSERT INTO permissions (page, psid, expires_at, implicit)
        SELECT page, psid, ?, ? FROM consumers WHERE page = ? AND psid = ?
        ON CONFLICT (page, psid) DO UPDATE SET expires_at = excluded.expires_at, implicit = excluded.implicit";
    let Permission { expires_at, implicit } = permission;
    let values = params![expires_at.0, implicit, page.0.cast_signed(), psid.0.cast_signed()];
    Ok((record::change(db, sql, values)? == 1).then_some(permission))
}

pub(super) fn usage(db: &Connection, page: PageId, psid: Psid, now: Time) -> Result<CallUsage, Error> {
    let since = now - USAGE_WINDOW;
    Ok(CallUsage {
        connected_last_day: calls::connected_since(db, page, psid, since)?,
        requests_last_day: entries::requests_since(db, page, psid, since)?,
    })
}

impl Stored for Permission {
    const TABLE: &'static str = "permissions";
    const KEY: &'static str = "psid";
}

impl TryFrom<Record<'_>> for Permission {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { expires_at: row.time("expires_at")?, implicit: row.get("implicit")? })
    }
}
