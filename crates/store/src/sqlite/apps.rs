use offhook_call::{AppId, Time};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::record::{self, Record, Stored};
use crate::{App, AppChange, Error, NewApp, OldSecret};

pub(super) fn create(db: &Connection, app: NewApp, now: Time) -> Result<App, Error> {
    let NewApp { id, name, secret, require_app_secret_proof } = app;
    let sql = "INSERT INTO apps (id, name, secret, require_app_secret_proof, created_at) VALUES (?, ?, ?, ?, ?)";
    record::change(db, sql, params![id.0.cast_signed(), name, secret, require_app_secret_proof, now.0])?;
    Ok(App { id, name, secret, old_secret: None, require_app_secret_proof, compat: json!({}), created_at: now })
}

pub(super) fn all(db: &Connection) -> Result<Vec<App>, Error> {
    record::all(db, "SELECT * FROM apps ORDER BY created_at, id", [])
}

pub(super) fn find(db: &Connection, app: AppId) -> Result<Option<App>, Error> {
    record::one(db, "SELECT * FROM apps WHERE id = ?", [app.0.cast_signed()])
}

pub(super) fn change(db: &Connection, app: AppId, change: &AppChange) -> Result<Option<App>, Error> {
    let sql = "UPDATE apps SET require_app_secret_proof = coalesce(?, require_app_secret_proof),
        compat = json_patch(compat, ?) WHERE id = ? RETURNING *";
    let compat = change.compat.as_ref().map_or_else(|| "{}".to_owned(), Value::to_string);
    record::one(db, sql, params![change.require_app_secret_proof, compat, app.0.cast_signed()])
}

pub(super) fn rotate_secret(db: &Connection, app: AppId, secret: &str, old_until: Time) -> Result<Option<App>, Error> {
    let sql = "UPDATE apps SET old_secret = secret, old_secret_until = ?, secret = ?2 WHERE id = ? AND secret <> ?2";
    record::change(db, sql, params![old_until.0, secret, app.0.cast_signed()])?;
    find(db, app)
}

impl Stored for App {
    const TABLE: &'static str = "apps";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for App {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let old_secret = match (row.get("old_secret")?, row.maybe_time("old_secret_until")?) {
            (Some(secret), Some(until)) => Some(OldSecret { secret, until }),
            (_, _) => None,
        };
        Ok(Self {
            id: AppId(row.id("id")?),
            name: row.get("name")?,
            secret: row.get("secret")?,
            old_secret,
            require_app_secret_proof: row.get("require_app_secret_proof")?,
            compat: row.json("compat")?,
            created_at: row.time("created_at")?,
        })
    }
}
