//! What SQLite itself commits: the rows that a setup wrote, written again, without the store, its decisions and its
//! queue. The file, its schema, indexes and settings are the same.

use std::time::Instant;

use rusqlite::types::Value;
use rusqlite::{CachedStatement, Connection, TransactionBehavior, params_from_iter};

use super::furnished::Furnished;

/// Changes in one commit, as in the store's writer.
pub(super) const GROUP: usize = 64;

/// Writes the rows of `calls` setups in groups: how many setups a second.
pub(super) fn per_second(furnished: Furnished, calls: u32) -> anyhow::Result<f64> {
    let (file, _folder) = furnished.close();
    let mut database = Connection::open(file)?;
    database.pragma_update(None, "journal_mode", "WAL")?;
    database.pragma_update(None, "synchronous", "FULL")?;
    let model = Model::read(&database)?;
    empty(&database)?;
    let groups = (calls as usize).div_ceil(GROUP);
    let start = Instant::now();
    for group in 0..groups {
        let numbers = group * GROUP..(group + 1) * GROUP;
        commit(&mut database, |database| numbers.clone().try_for_each(|number| model.connect(database, number)))?;
        commit(&mut database, |database| numbers.clone().try_for_each(|number| model.terminate(database, number)))?;
    }
    Ok((groups * GROUP) as f64 / start.elapsed().as_secs_f64())
}

/// The rows of one call that was set up and ended, as the store wrote them.
struct Model {
    call: Vec<Value>,
    /// Of `connect` and of `terminate`.
    deliveries: [Vec<Value>; 2],
}

impl Model {
    fn read(database: &Connection) -> anyhow::Result<Self> {
        let call = first(database, "SELECT * FROM calls LIMIT 1")?;
        let of_call = "SELECT * FROM deliveries WHERE subject = (SELECT id FROM calls LIMIT 1) ORDER BY id";
        let connect = first(database, &format!("{of_call} LIMIT 1"))?;
        let terminate = first(database, &format!("{of_call} LIMIT 1 OFFSET 1"))?;
        Ok(Self { call, deliveries: [connect, terminate] })
    }

    fn connect(&self, database: &Connection, number: usize) -> rusqlite::Result<()> {
        insert(database, "calls", Value::Text(id(number)), &self.call)?;
        self.owe(database, number, 0)
    }

    fn terminate(&self, database: &Connection, number: usize) -> rusqlite::Result<()> {
        let sql = "UPDATE calls SET state = state, live = 0, ended_at = ended_at WHERE id = ?";
        database.prepare_cached(sql)?.execute([id(number)])?;
        self.owe(database, number, 1)
    }

    fn owe(&self, database: &Connection, number: usize, event: usize) -> rusqlite::Result<()> {
        let delivery = Value::Integer((2 * number + event) as i64);
        insert(database, "deliveries", delivery, &self.deliveries[event])
    }
}

fn id(number: usize) -> String {
    format!("c_{number:064}")
}

/// A row like `model`, but with this key in its first column.
fn insert(database: &Connection, table: &str, key: Value, model: &[Value]) -> rusqlite::Result<()> {
    let places = vec!["?"; model.len()].join(", ");
    let mut statement: CachedStatement<'_> =
        database.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})"))?;
    statement.execute(params_from_iter(std::iter::once(&key).chain(&model[1..])))?;
    Ok(())
}

fn first(database: &Connection, sql: &str) -> anyhow::Result<Vec<Value>> {
    let mut statement = database.prepare(sql)?;
    let columns = statement.column_count();
    let row = statement.query_row([], |row| (0..columns).map(|column| row.get(column)).collect())?;
    Ok(row)
}

fn commit(
    database: &mut Connection,
    changes: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let group = database.transaction_with_behavior(TransactionBehavior::Immediate)?;
    changes(&group)?;
    group.commit()
}

fn empty(database: &Connection) -> rusqlite::Result<()> {
    database.execute_batch("DELETE FROM deliveries; DELETE FROM calls;")
}
