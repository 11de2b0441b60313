use std::path::Path;

use anyhow::Context as _;
use offhook_call::{AgentId, PageId};
use offhook_service::{NewAgent, Service};
use serde::{Deserialize, Serialize};

use super::kept::kept_or_made;

/// Who can sign in at the desk. In a file of their own, so that folders of versions without a desk get one, too.
#[derive(Serialize, Deserialize)]
pub(super) struct Agent {
    pub(super) id: AgentId,
    pub(super) name: String,
    pub(super) secret: String,
}

impl Agent {
    /// The agent of an earlier run, or a new one, who answers for the Page.
    pub(super) async fn load_or_make(folder: &Path, service: &Service, page: PageId) -> anyhow::Result<Self> {
        kept_or_made(&folder.join(FILE), Self::make(service, page)).await
    }

    /// An agent whose secret was never kept, because the start that made them did not come so far, gets another one.
    async fn make(service: &Service, page: PageId) -> anyhow::Result<Self> {
        let made = service.agents().await?.into_iter().find(|agent| agent.name == NAME);
        let (agent, secret) = match made {
            Some(agent) => service.renew_agent_secret(agent.id).await?.context("the agent is gone")?,
            None => service.create_agent(NewAgent { name: NAME.to_owned(), pages: vec![page] }).await?,
        };
        Ok(Self { id: agent.id, name: agent.name, secret })
    }
}

const FILE: &str = "dev-agent.json";
const NAME: &str = "Demo agent";
