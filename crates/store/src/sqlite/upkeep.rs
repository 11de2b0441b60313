use std::path::Path;
use std::sync::atomic::Ordering;

use async_trait::async_trait;
use offhook_call::Time;
use rusqlite::Connection;

use super::connection::beside;
use super::{Sqlite, check, forget, migrations};
use crate::{Counts, Error, Inventory, Sizes, Upkeep};

#[async_trait]
impl Upkeep for Sqlite {
    fn is_writable(&self) -> bool {
        self.writable.load(Ordering::Relaxed)
    }

    async fn sizes(&self) -> Result<Sizes, Error> {
        self.read(sizes).await
    }

    async fn inventory(&self) -> Result<Inventory, Error> {
        self.read(inventory).await
    }

    async fn forget(&self, ended_before: Option<Time>, now: Time, limit: u32) -> Result<u32, Error> {
        self.write(move |db| forget::forget(db, ended_before, now, limit)).await
    }
}

fn sizes(db: &Connection) -> Result<Sizes, Error> {
    let pages = |pragma| db.pragma_query_value(None, pragma, |row| row.get::<_, u32>(0));
    let page_bytes = u64::from(pages("page_size")?);
    let wal = db.path().and_then(|path| std::fs::metadata(beside(Path::new(path), "-wal")).ok());
    Ok(Sizes {
        database: u64::from(pages("page_count")?) * page_bytes,
        wal: wal.map_or(0, |file| file.len()),
        free: u64::from(pages("freelist_count")?) * page_bytes,
    })
}

fn inventory(db: &Connection) -> Result<Inventory, Error> {
    let last_check = db.path().and_then(|path| check::last(Path::new(path)));
    Ok(Inventory { schema_version: migrations::version(db)?, counts: counts(db)?, last_check })
}

pub(super) fn counts(db: &Connection) -> Result<Counts, Error> {
    let count = |sql: &str| db.prepare_cached(sql)?.query_row([], |row| row.get::<_, i64>(0));
    let count = |sql: &str| count(sql).map(i64::cast_unsigned);
    let live_calls = count("SELECT count(*) FROM calls WHERE live = 1")?;
    let dead_deliveries = count("SELECT count(*) FROM deliveries WHERE state = 'dead'")?;
    Ok(Counts {
        live_calls,
        ended_calls: count("SELECT count(*) FROM calls")? - live_calls,
        pending_deliveries: count("SELECT count(*) FROM deliveries WHERE state = 'pending'")?,
        delivered_deliveries: count("SELECT count(*) FROM deliveries WHERE state <> 'pending'")? - dead_deliveries,
        dead_deliveries,
    })
}
