use async_trait::async_trait;
use offhook_call::Turn;
use rusqlite::{Connection, params};

use super::Sqlite;
use super::record::{self, Record, Stored};
use crate::{Error, Hands, Sandbox};

#[async_trait]
impl Sandbox for Sqlite {
    async fn hands(&self) -> Result<Hands, Error> {
        let kept = self.read(|db| record::one(db, "SELECT * FROM sandbox_clock", [])).await?;
        Ok(kept.unwrap_or_default())
    }

    async fn keep_hands(&self, hands: Hands) -> Result<(), Error> {
        self.write(move |db| keep(db, hands)).await
    }
}

fn keep(db: &Connection, hands: Hands) -> Result<(), Error> {
    let (ahead, frozen_at) = match hands {
        Hands::Going { ahead } => (ahead.0, None),
        Hands::Frozen { at } => (0, Some(at.0)),
    };
    let sql = "INSERT OR REPLACE INTO sandbox_clock (id, ahead_ms, frozen_at) VALUES (1, ?, ?)";
    record::change(db, sql, params![ahead, frozen_at])?;
    Ok(())
}

impl Stored for Hands {
    const TABLE: &'static str = "sandbox_clock";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Hands {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(match row.maybe_time("frozen_at")? {
            Some(at) => Self::Frozen { at },
            None => Self::Going { ahead: Turn(row.get("ahead_ms")?) },
        })
    }
}
