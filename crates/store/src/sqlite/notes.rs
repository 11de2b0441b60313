use offhook_call::{AgentId, CallId, MessageText};
use rusqlite::{Connection, params};
use serde_json::json;

use super::calls;
use super::record::{self, Record, Stored};
use crate::{Error, Note, NoteError};

pub(super) fn add(db: &Connection, note: Note, kept: u32) -> Result<(), NoteError> {
    let Note { call, agent, at, text } = note;
    calls::find(db, call)?.ok_or(NoteError::UnknownCall)?;
    let sql = "INSERT INTO call_notes (call, agent, at, text)
        SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM call_notes WHERE call = ?1) < ?5";
    let values = params![call.to_string(), agent.0.cast_signed(), at.0, String::from(text), kept];
    if record::change(db, sql, values)? == 0 { Err(NoteError::TooMany) } else { Ok(()) }
}

pub(super) fn of(db: &Connection, calls: &[CallId]) -> Result<Vec<Note>, Error> {
    let sql = "SELECT * FROM call_notes WHERE call IN (SELECT value FROM json_each(?)) ORDER BY id";
    record::all(db, sql, [json!(calls).to_string()])
}

impl Stored for Note {
    const TABLE: &'static str = "call_notes";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Note {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        let text = MessageText::try_from(row.get::<String>("text")?).map_err(|_| row.corrupt("text"))?;
        Ok(Self { call: row.parse("call")?, agent: AgentId(row.id("agent")?), at: row.time("at")?, text })
    }
}
