use async_trait::async_trait;
use offhook_call::{Time, Turn};
use rusqlite::{Connection, params};

use super::record::{self, Record, Stored};
use super::{Sqlite, queue};
use crate::{DeliveryId, Error, Hands, Leased, Order, Sandbox};

#[async_trait]
impl Sandbox for Sqlite {
    async fn hands(&self) -> Result<Hands, Error> {
        let kept = self.read(|db| record::one(db, "SELECT * FROM sandbox_clock", [])).await?;
        Ok(kept.unwrap_or_default())
    }

    async fn keep_hands(&self, hands: Hands) -> Result<(), Error> {
        self.write(move |db| keep(db, hands)).await
    }

    async fn hold_back(&self, lease: &Leased, now: Time, until: Time, order: Order) -> Result<(), Error> {
        let lease = lease.clone();
        self.write(move |db| hold_back(db, &lease, now, until, order)).await
    }

    async fn let_go(&self, held: Vec<DeliveryId>, now: Time) -> Result<(), Error> {
        self.write(move |db| held.iter().try_for_each(|id| let_go(db, *id, now))).await
    }
}

fn hold_back(db: &Connection, lease: &Leased, now: Time, until: Time, order: Order) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET due_at = ?, leased_until = NULL, held = ? WHERE id = ? AND leased_until = ?";
    let held = match order {
        Order::Kept => 1,
        Order::Broken => 2,
    };
    let changed = record::change(db, sql, params![until.0, held, lease.id.0, lease.leased_until.0])?;
    if changed == 1 && order == Order::Broken {
        queue::line_up(db, lease.id, now)?;
    }
    Ok(())
}

fn let_go(db: &Connection, held: DeliveryId, now: Time) -> Result<(), Error> {
    let sql = "UPDATE deliveries SET due_at = ?, held = 0
        WHERE id = ? AND held = 2 AND state = 'pending' AND leased_until IS NULL";
    record::change(db, sql, params![now.0, held.0])?;
    Ok(())
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
