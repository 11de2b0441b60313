use async_trait::async_trait;
use offhook_call::Time;
use rusqlite::{Connection, params};

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{Error, Session, Sessions, TokenHash};

#[async_trait]
impl Sessions for Sqlite {
    async fn open_session(&self, session: Session, now: Time) -> Result<(), Error> {
        self.write(move |db| open(db, &session, now)).await
    }

    async fn session(&self, hash: TokenHash) -> Result<Option<Session>, Error> {
        self.read(move |db| record::one(db, "SELECT * FROM sessions WHERE hash = ?", [hash.0])).await
    }

    async fn end_session(&self, hash: TokenHash) -> Result<(), Error> {
        self.write(move |db| record::change(db, "DELETE FROM sessions WHERE hash = ?", [hash.0]).map(drop)).await
    }
}

fn open(db: &Connection, session: &Session, now: Time) -> Result<(), Error> {
    let sql = "INSERT INTO sessions (hash, who, created_at, expires_at) VALUES (?, ?, ?, ?)";
    record::change(db, sql, params![session.hash.0, session.who, now.0, session.expires_at.0])?;
    Ok(())
}

/// Deletes what has expired.
pub(super) fn forget(db: &Connection, now: Time, limit: u32) -> Result<usize, Error> {
    let sql = "DELETE FROM sessions WHERE rowid IN (
        SELECT rowid FROM sessions WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)";
    record::change(db, sql, params![now.0, limit])
}

impl Stored for Session {
    const TABLE: &'static str = "sessions";
    const KEY: &'static str = "hash";
}

impl TryFrom<Record<'_>> for Session {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self { hash: TokenHash(row.get("hash")?), who: row.get("who")?, expires_at: row.time("expires_at")? })
    }
}
