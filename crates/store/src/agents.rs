use async_trait::async_trait;
use offhook_call::{AgentId, Call, CallId, MessageText, PageId, Time};

use crate::{Error, TokenHash};

/// The desk: its agents, the calls that are there, and what agents noted about calls.
#[async_trait]
pub trait Agents {
    async fn create_agent(&self, agent: NewAgent, now: Time) -> Result<Agent, AgentError>;
    /// By name.
    async fn agents(&self) -> Result<Vec<Agent>, Error>;
    async fn agent(&self, agent: AgentId) -> Result<Option<Agent>, Error>;
    async fn agent_named(&self, name: String) -> Result<Option<Agent>, Error>;
    /// `None`: no such agent.
    async fn change_agent(&self, agent: AgentId, change: AgentChange) -> Result<Option<Agent>, AgentError>;

    /// Calls of the desk that have not ended.
    async fn live_desk_calls(&self) -> Result<Vec<Call>, Error>;

    /// A call keeps at most `kept` notes.
    async fn add_note(&self, note: Note, kept: u32) -> Result<(), NoteError>;
    /// The notes of these calls, the oldest first.
    async fn notes(&self, calls: Vec<CallId>) -> Result<Vec<Note>, Error>;
}

#[derive(Clone)]
pub struct NewAgent {
    pub id: AgentId,
    /// By which they sign in; no other agent has it.
    pub name: String,
    pub secret: TokenHash,
    /// For which they answer.
    pub pages: Vec<PageId>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    pub secret: TokenHash,
    pub pages: Vec<PageId>,
    /// They may sign in.
    pub enabled: bool,
    /// They said that they take calls.
    pub free: bool,
    pub created_at: Time,
}

/// What is `None` stays as it is.
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    pub secret: Option<TokenHash>,
    pub pages: Option<Vec<PageId>>,
    pub enabled: Option<bool>,
    pub free: Option<bool>,
}

/// What an agent noted about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub call: CallId,
    pub agent: AgentId,
    pub at: Time,
    pub text: MessageText,
}

/// Why there is no such agent.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("another agent has this name")]
    NameTaken,
    #[error("there is no Page {0}")]
    UnknownPage(PageId),
    #[error(transparent)]
    Store(#[from] Error),
}

#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    #[error("no such call")]
    UnknownCall,
    #[error("the call has as many notes as may be")]
    TooMany,
    #[error(transparent)]
    Store(#[from] Error),
}
