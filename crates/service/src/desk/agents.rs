//! The operator's side: who the agents are.

use offhook_call::{AgentId, CallId, Command, PageId};
use offhook_store::{Agent, AgentChange, AgentError, Error, TokenHash};

use crate::Service;
use crate::directory::{random_id, random_token};

/// An agent as the operator wants one.
#[derive(Debug, Clone)]
pub struct NewAgent {
    pub name: String,
    pub pages: Vec<PageId>,
}

/// Why there is no such agent.
#[derive(Debug, thiserror::Error)]
pub enum AgentRefused {
    #[error("name: 1 to {NAME_CHARS_MAX} characters")]
    Name,
    #[error("pages: at most {PAGES_MAX}")]
    TooManyPages,
    #[error("there are {AGENTS_MAX} agents, as many as may be")]
    TooMany,
    #[error(transparent)]
    Store(#[from] AgentError),
}

impl Service {
    /// Makes an agent; the secret is shown this once.
    pub async fn create_agent(&self, new: NewAgent) -> Result<(Agent, String), AgentRefused> {
        let NewAgent { name, pages } = new;
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().nth(NAME_CHARS_MAX).is_some() {
            return Err(AgentRefused::Name);
        }
        check_pages(&pages)?;
        if self.agents().await.map_err(AgentError::Store)?.len() >= AGENTS_MAX {
            return Err(AgentRefused::TooMany);
        }
        let secret = random_token(SECRET_PREFIX);
        let agent = offhook_store::NewAgent { id: AgentId(random_id()), name, secret: TokenHash::of(&secret), pages };
        Ok((self.store().create_agent(agent, self.now()).await?, secret))
    }

    /// By name.
    pub async fn agents(&self) -> Result<Vec<Agent>, Error> {
        self.store().agents().await
    }

    /// `None`: no such agent. Who may not sign in any more loses the call that they have, and their devices.
    pub async fn change_agent(
        &self,
        agent: AgentId,
        pages: Option<Vec<PageId>>,
        enabled: Option<bool>,
    ) -> Result<Option<Agent>, AgentRefused> {
        check_pages(pages.as_deref().unwrap_or_default())?;
        let change = AgentChange { pages, enabled, ..AgentChange::default() };
        let changed = self.store().change_agent(agent, change).await?;
        if changed.as_ref().is_some_and(|agent| !agent.enabled) {
            self.put_out(agent).await.map_err(AgentError::Store)?;
        }
        self.inner.seats.poke();
        Ok(changed)
    }

    /// Gives an agent another secret, shown this once; who signed in with the one before is signed out. `None`: no such
    /// agent.
    pub async fn renew_agent_secret(&self, agent: AgentId) -> Result<Option<(Agent, String)>, AgentRefused> {
        let secret = random_token(SECRET_PREFIX);
        let change = AgentChange { secret: Some(TokenHash::of(&secret)), ..AgentChange::default() };
        let changed = self.store().change_agent(agent, change).await?;
        self.inner.seats.remove(agent);
        self.inner.seats.poke();
        Ok(changed.map(|agent| (agent, secret)))
    }

    /// The agent of this name and secret, if they may sign in. Hashes are compared, so the time taken tells nothing.
    pub async fn agent_by_secret(&self, name: &str, secret: &str) -> Result<Option<Agent>, Error> {
        let given = TokenHash::of(secret);
        let found = self.store().agent_named(name.trim().to_owned()).await?;
        Ok(found.filter(|agent| agent.enabled && agent.secret == given))
    }

    async fn put_out(&self, agent: AgentId) -> Result<(), Error> {
        if let Some(call) = self.call_had_by(agent).await? {
            // One that ended meanwhile refuses, which is as good.
            let _ = self.apply(call, Command::AgentHangUp { agent }).await?;
        }
        self.inner.seats.remove(agent);
        Ok(())
    }

    /// The live call that the agent has.
    pub(super) async fn call_had_by(&self, agent: AgentId) -> Result<Option<CallId>, Error> {
        let calls = self.store().live_desk_calls().await?;
        Ok(calls.iter().find(|call| call.seat().is_some_and(|seat| seat.agent == agent)).map(|call| call.id))
    }
}

fn check_pages(pages: &[PageId]) -> Result<(), AgentRefused> {
    if pages.len() > PAGES_MAX { Err(AgentRefused::TooManyPages) } else { Ok(()) }
}

const NAME_CHARS_MAX: usize = 80;
const PAGES_MAX: usize = 100;
const AGENTS_MAX: usize = 1000;
const SECRET_PREFIX: &str = "oa_";
