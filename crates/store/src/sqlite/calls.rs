use async_trait::async_trait;
use offhook_call::{
    AppId, Applied, Business, Call, CallId, Command, Direction, InboundCall, Limits, NewCall, NewInboundCall, PageId,
    Psid, Refused, State, Time,
};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

use super::record::{self, Record, Stored};
use super::{Sqlite, call_business, connect, effects};
use crate::sqlite::Render;
use crate::{CallBusinessError, Calls, ConnectError, ConnectOutcome, Error, Idempotency};

#[async_trait]
impl Calls for Sqlite {
    async fn connect(
        &self,
        new: NewCall,
        idempotency: Option<Idempotency>,
        now: Time,
        limits: &Limits,
    ) -> Result<ConnectOutcome, ConnectError> {
        let (render, limits) = (Render::clone(&self.render), *limits);
        self.write(move |db| connect::connect(db, &render, new, idempotency, now, &limits)).await
    }

    async fn call_business(
        &self,
        new: NewInboundCall,
        now: Time,
        limits: &Limits,
    ) -> Result<InboundCall, CallBusinessError> {
        let (render, limits) = (Render::clone(&self.render), *limits);
        self.write(move |db| call_business::call_business(db, &render, new, now, &limits)).await
    }

    async fn apply(
        &self,
        call: CallId,
        command: Command,
        now: Time,
        limits: &Limits,
    ) -> Result<Option<Result<Applied, Refused>>, Error> {
        let (render, limits) = (Render::clone(&self.render), *limits);
        self.write(move |db| apply(db, &render, call, command, now, &limits)).await
    }

    async fn call(&self, call: CallId) -> Result<Option<Call>, Error> {
        self.read(move |db| find(db, call)).await
    }

    async fn live_call_of(&self, page: PageId, psid: Psid) -> Result<Option<Call>, Error> {
        self.read(move |db| find_live(db, page, psid)).await
    }

    async fn live_calls(&self) -> Result<Vec<Call>, Error> {
        self.read(|db| record::all(db, LIVE, [])).await
    }

    async fn recent_calls(&self, page: Option<PageId>, before: Option<CallId>, limit: u32) -> Result<Vec<Call>, Error> {
        self.read(move |db| recent(db, page, before, limit)).await
    }

    async fn past_calls_of(&self, page: PageId, psid: Psid, limit: u32) -> Result<Vec<Call>, Error> {
        self.read(move |db| ended_newest(db, page, psid, limit)).await
    }
}

fn apply(
    db: &Connection,
    render: &Render,
    call: CallId,
    command: Command,
    now: Time,
    limits: &Limits,
) -> Result<Option<Result<Applied, Refused>>, Error> {
    let Some(before) = find(db, call)? else { return Ok(None) };
    let applied = match before.apply(command, now, limits) {
        Ok(applied) => applied,
        Err(refused) => return Ok(Some(Err(refused))),
    };
    if applied.call != before {
        update(db, &applied.call)?;
    }
    effects::commit(db, render, &applied, now)?;
    Ok(Some(Ok(applied)))
}

pub(super) fn find(db: &Connection, call: CallId) -> Result<Option<Call>, Error> {
    record::one(db, "SELECT * FROM calls WHERE id = ?", [call.to_string()])
}

pub(super) fn find_live(db: &Connection, page: PageId, psid: Psid) -> Result<Option<Call>, Error> {
    let sql = "SELECT * FROM calls WHERE page = ? AND psid = ? AND live = 1";
    record::one(db, sql, [page.0.cast_signed(), psid.0.cast_signed()])
}

pub(super) fn live_of_page(db: &Connection, page: PageId) -> Result<u32, Error> {
    Ok(db.prepare_cached(LIVE_OF_PAGE)?.query_row([page.0.cast_signed()], |row| row.get(0))?)
}

/// Business-initiated calls that this consumer picked up after `since`.
pub(super) fn connected_since(db: &Connection, page: PageId, psid: Psid, since: Time) -> Result<u32, Error> {
    let sql = "SELECT count(*) FROM calls WHERE page = ? AND psid = ? AND connected_at > ? AND direction = ?";
    let direction = direction_text(Direction::BusinessInitiated);
    let values = params![page.0.cast_signed(), psid.0.cast_signed(), since.0, direction];
    Ok(db.prepare_cached(sql)?.query_row(values, |row| row.get(0))?)
}

pub(super) fn insert(db: &Connection, call: &Call) -> Result<(), Error> {
    let sql = "INSERT INTO calls
        (id, page, psid, rung, direction, created_at, app, desk, version, state, live, connected_at, ended_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let (page, psid, rung) = (call.page.0.cast_signed(), call.psid.0.cast_signed(), json!(call.rung()).to_string());
    let (id, direction, created_at) = (call.id.to_string(), direction_text(call.direction), call.created_at.0);
    let Changing { app, desk, version, state, live, connected_at, ended_at } = Changing::of(call);
    let values =
        params![id, page, psid, rung, direction, created_at, app, desk, version, state, live, connected_at, ended_at];
    record::change(db, sql, values)?;
    Ok(())
}

fn update(db: &Connection, call: &Call) -> Result<(), Error> {
    let sql = "UPDATE calls
        SET app = ?, desk = ?, version = ?, state = ?, live = ?, connected_at = ?, ended_at = ? WHERE id = ?";
    let Changing { app, desk, version, state, live, connected_at, ended_at } = Changing::of(call);
    record::change(db, sql, params![app, desk, version, state, live, connected_at, ended_at, call.id.to_string()])?;
    Ok(())
}

fn recent(db: &Connection, page: Option<PageId>, before: Option<CallId>, limit: u32) -> Result<Vec<Call>, Error> {
    let end = match before {
        Some(call) => place(db, call)?,
        None => Some((i64::MAX, i64::MAX)),
    };
    let Some((created_at, row)) = end else { return Ok(Vec::new()) };
    match page {
        Some(page) => {
            let sql = "SELECT * FROM calls WHERE page = ? AND (created_at, rowid) < (?, ?)
                ORDER BY created_at DESC, rowid DESC LIMIT ?";
            record::all(db, sql, params![page.0.cast_signed(), created_at, row, limit])
        }
        None => {
            let sql = "SELECT * FROM calls WHERE (created_at, rowid) < (?, ?)
                ORDER BY created_at DESC, rowid DESC LIMIT ?";
            record::all(db, sql, params![created_at, row, limit])
        }
    }
}

/// Where a call stands among all of them.
fn place(db: &Connection, call: CallId) -> Result<Option<(i64, i64)>, Error> {
    let sql = "SELECT created_at, rowid FROM calls WHERE id = ?";
    let mut statement = db.prepare_cached(sql)?;
    Ok(statement.query_row([call.to_string()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// A consumer's calls that have ended, the newest end first.
pub(super) fn ended_newest(db: &Connection, page: PageId, psid: Psid, limit: u32) -> Result<Vec<Call>, Error> {
    let sql = "SELECT * FROM calls WHERE page = ? AND psid = ? AND ended_at IS NOT NULL
        ORDER BY ended_at DESC, rowid DESC LIMIT ?";
    record::all(db, sql, params![page.0.cast_signed(), psid.0.cast_signed(), limit])
}

/// The columns that a command may change.
struct Changing {
    app: Option<i64>,
    desk: Option<String>,
    version: u32,
    state: String,
    live: bool,
    connected_at: Option<i64>,
    ended_at: Option<i64>,
}

impl Changing {
    fn of(call: &Call) -> Self {
        let connected_at = match &call.state {
            State::Dialing | State::Ringing { .. } | State::Calling { .. } => None,
            State::Connected { since, .. } => Some(since.0),
            State::Ended(ended) => ended.connected_at.map(|time| time.0),
        };
        Self {
            app: call.app().map(|app| app.0.cast_signed()),
            desk: desk_text(call),
            version: call.version,
            state: json!(call.state).to_string(),
            live: call.is_live(),
            connected_at,
            ended_at: call.ended_at().map(|time| time.0),
        }
    }
}

/// `None`: the call is not the desk's.
pub(super) fn desk_text(call: &Call) -> Option<String> {
    match &call.business {
        Business::Desk(desk) => Some(json!(desk).to_string()),
        Business::Apps { .. } => None,
    }
}

fn direction_text(direction: Direction) -> &'static str {
    match direction {
        Direction::BusinessInitiated => BUSINESS_INITIATED,
        Direction::ConsumerInitiated => CONSUMER_INITIATED,
    }
}

// The index is named because the planner, which knows no figures, would read all calls that there ever were.
pub(super) const LIVE: &str = "SELECT * FROM calls INDEXED BY calls_live WHERE live = 1 ORDER BY created_at, rowid";
pub(super) const LIVE_AT_DESK: &str =
    "SELECT * FROM calls INDEXED BY calls_live WHERE live = 1 AND desk IS NOT NULL ORDER BY created_at, rowid";
const LIVE_OF_PAGE: &str = "SELECT count(*) FROM calls INDEXED BY calls_live WHERE page = ? AND live = 1";

const BUSINESS_INITIATED: &str = "business_initiated";
const CONSUMER_INITIATED: &str = "consumer_initiated";

impl Stored for Call {
    const TABLE: &'static str = "calls";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Call {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let direction = match row.get::<String>("direction")?.as_str() {
            BUSINESS_INITIATED => Direction::BusinessInitiated,
            CONSUMER_INITIATED => Direction::ConsumerInitiated,
            _ => return Err(row.corrupt("direction")),
        };
        Ok(Self {
            id: row.parse("id")?,
            page: PageId(row.id("page")?),
            psid: Psid(row.id("psid")?),
            business: match row.maybe_json("desk")? {
                Some(desk) => Business::Desk(desk),
                None => Business::Apps { rung: row.json("rung")?, owner: row.maybe_id("app")?.map(AppId) },
            },
            direction,
            created_at: row.time("created_at")?,
            version: row.get("version")?,
            state: row.json("state")?,
        })
    }
}
