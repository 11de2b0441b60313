use async_trait::async_trait;
use offhook_call::{AgentId, Call, CallId, PageId, Time};
use rusqlite::{Connection, params};
use serde_json::json;

use super::record::{self, Record, Stored};
use super::{Sqlite, calls, notes, pages};
use crate::{Agent, AgentChange, AgentError, Agents, Error, NewAgent, Note, NoteError, TokenHash};

#[async_trait]
impl Agents for Sqlite {
    async fn create_agent(&self, agent: NewAgent, now: Time) -> Result<Agent, AgentError> {
        self.write(move |db| create(db, agent, now)).await
    }

    async fn agents(&self) -> Result<Vec<Agent>, Error> {
        self.read(|db| record::all(db, "SELECT * FROM agents ORDER BY name", [])).await
    }

    async fn agent(&self, agent: AgentId) -> Result<Option<Agent>, Error> {
        self.read(move |db| record::one(db, "SELECT * FROM agents WHERE id = ?", [agent.0.cast_signed()])).await
    }

    async fn agent_named(&self, name: String) -> Result<Option<Agent>, Error> {
        self.read(move |db| named(db, &name)).await
    }

    async fn change_agent(&self, agent: AgentId, change: AgentChange) -> Result<Option<Agent>, AgentError> {
        self.write(move |db| self::change(db, agent, &change)).await
    }

    async fn live_desk_calls(&self) -> Result<Vec<Call>, Error> {
        self.read(|db| record::all(db, calls::LIVE_AT_DESK, [])).await
    }

    async fn add_note(&self, note: Note, kept: u32) -> Result<(), NoteError> {
        self.write(move |db| notes::add(db, note, kept)).await
    }

    async fn notes(&self, calls: Vec<CallId>) -> Result<Vec<Note>, Error> {
        self.read(move |db| notes::of(db, &calls)).await
    }
}

fn create(db: &Connection, agent: NewAgent, now: Time) -> Result<Agent, AgentError> {
    let NewAgent { id, name, secret, pages } = agent;
    check_pages(db, &pages)?;
    if named(db, &name)?.is_some() {
        return Err(AgentError::NameTaken);
    }
    let sql = "INSERT INTO agents (id, name, secret, pages, created_at) VALUES (?, ?, ?, ?, ?)";
    record::change(db, sql, params![id.0.cast_signed(), name, secret.0, json!(pages).to_string(), now.0])?;
    Ok(Agent { id, name, secret, pages, enabled: true, free: false, created_at: now })
}

fn named(db: &Connection, name: &str) -> Result<Option<Agent>, Error> {
    record::one(db, "SELECT * FROM agents WHERE name = ?", [name])
}

fn change(db: &Connection, agent: AgentId, change: &AgentChange) -> Result<Option<Agent>, AgentError> {
    let AgentChange { secret, pages, enabled, free } = change;
    check_pages(db, pages.as_deref().unwrap_or_default())?;
    let pages = pages.as_ref().map(|pages| json!(pages).to_string());
    let sql = "UPDATE agents SET secret = coalesce(?, secret), pages = coalesce(?, pages),
        enabled = coalesce(?, enabled), free = coalesce(?, free) WHERE id = ? RETURNING *";
    let secret = secret.map(|secret| secret.0);
    Ok(record::one(db, sql, params![secret, pages, enabled, free, agent.0.cast_signed()])?)
}

fn check_pages(db: &Connection, named: &[PageId]) -> Result<(), AgentError> {
    for page in named {
        pages::find(db, *page)?.ok_or(AgentError::UnknownPage(*page))?;
    }
    Ok(())
}

impl Stored for Agent {
    const TABLE: &'static str = "agents";
    const KEY: &'static str = "id";
}

impl TryFrom<Record<'_>> for Agent {
    type Error = Error;

    fn try_from(row: Record<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: AgentId(row.id("id")?),
            name: row.get("name")?,
            secret: TokenHash(row.get("secret")?),
            pages: row.json("pages")?,
            enabled: row.get("enabled")?,
            free: row.get("free")?,
            created_at: row.time("created_at")?,
        })
    }
}
