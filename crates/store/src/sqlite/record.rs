//! Rows on their way to becoming domain values. What cannot be read names its table, row and column.

use std::str::FromStr;

use offhook_call::Time;
use rusqlite::types::{FromSql, ValueRef};
use rusqlite::{Connection, Params, Row};
use serde::de::DeserializeOwned;

use crate::Error;

/// A domain value that is read from rows of one table.
pub(super) trait Stored: for<'r> TryFrom<Record<'r>, Error = Error> {
    const TABLE: &'static str;
    /// The column that names a row in an error.
    const KEY: &'static str;
}

/// One row of a table.
pub(super) struct Record<'r> {
    table: &'static str,
    key: &'static str,
    row: &'r Row<'r>,
}

impl Record<'_> {
    pub(super) fn get<T: FromSql>(&self, column: &'static str) -> Result<T, Error> {
        self.row.get(column).map_err(|_| self.corrupt(column))
    }

    /// A 64-bit id.
    pub(super) fn id(&self, column: &'static str) -> Result<u64, Error> {
        Ok(self.get::<i64>(column)?.cast_unsigned())
    }

    pub(super) fn maybe_id(&self, column: &'static str) -> Result<Option<u64>, Error> {
        Ok(self.get::<Option<i64>>(column)?.map(i64::cast_unsigned))
    }

    pub(super) fn time(&self, column: &'static str) -> Result<Time, Error> {
        Ok(Time(self.get(column)?))
    }

    pub(super) fn maybe_time(&self, column: &'static str) -> Result<Option<Time>, Error> {
        Ok(self.get::<Option<i64>>(column)?.map(Time))
    }

    pub(super) fn parse<T: FromStr>(&self, column: &'static str) -> Result<T, Error> {
        self.get::<String>(column)?.parse().map_err(|_| self.corrupt(column))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        serde_json::from_str(&self.get::<String>(column)?).map_err(|_| self.corrupt(column))
    }

    pub(super) fn maybe_json<T: DeserializeOwned>(&self, column: &'static str) -> Result<Option<T>, Error> {
        let text = self.get::<Option<String>>(column)?;
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| self.corrupt(column))
    }

    pub(super) fn corrupt(&self, column: &'static str) -> Error {
        let key = self.row.get_ref(self.key).map_or_else(|_| "?".to_owned(), shown);
        Error::Corrupt { table: self.table, key, column }
    }
}

/// The row that a query finds, if any.
pub(super) fn one<T: Stored>(db: &Connection, sql: &str, params: impl Params) -> Result<Option<T>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// All rows that a query finds.
pub(super) fn all<T: Stored>(db: &Connection, sql: &str, params: impl Params) -> Result<Vec<T>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

/// The first rows that a query finds and that are `wanted`, at most `limit`.
pub(super) fn first<T: Stored>(
    db: &Connection,
    sql: &str,
    params: impl Params,
    limit: u32,
    wanted: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Error> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while found.len() < limit as usize
        && let Some(row) = rows.next()?
    {
        found.extend(Some(read(row)?).filter(&wanted));
    }
    Ok(found)
}

/// Executes a change; how many rows it touched.
pub(super) fn change(db: &Connection, sql: &str, params: impl Params) -> Result<usize, Error> {
    Ok(db.prepare_cached(sql)?.execute(params)?)
}

fn read<T: Stored>(row: &Row<'_>) -> Result<T, Error> {
    T::try_from(Record { table: T::TABLE, key: T::KEY, row })
}

fn shown(key: ValueRef<'_>) -> String {
    match key {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}
