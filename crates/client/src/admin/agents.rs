//! Who answers at the desk.

use offhook_call::{AgentId, PageId};
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;
use url::form_urlencoded::Serializer;

use super::{Admin, Error};

/// Somebody who answers at the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    pub id: AgentId,
    pub name: String,
    /// For which they answer.
    pub pages: Vec<PageId>,
    /// They may sign in.
    pub enabled: bool,
    /// They said that they take calls.
    pub free: bool,
    /// Milliseconds since the Unix epoch.
    pub created_at: i64,
}

/// An agent and the secret by which they sign in, which is told this once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentWithSecret {
    #[serde(flatten)]
    pub agent: Agent,
    pub secret: String,
}

/// What of an agent becomes different; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AgentChange {
    /// They replace those before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<Vec<PageId>>,
    /// `false` puts the agent out at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

#[derive(Deserialize)]
struct List {
    data: Vec<Agent>,
}

impl Admin {
    pub async fn create_agent(&self, name: &str, pages: &[PageId]) -> Result<AgentWithSecret, Error> {
        self.post(&["agents"], json!({ "name": name, "pages": pages })).await
    }

    /// By name.
    pub async fn agents(&self) -> Result<Vec<Agent>, Error> {
        let List { data } = self.get(&["agents"]).await?;
        Ok(data)
    }

    pub async fn change_agent(&self, agent: AgentId, change: &AgentChange) -> Result<Agent, Error> {
        let request = self.request(Method::PATCH, &["agents", &agent.to_string()]);
        self.rest.send(request.json(change).build()?).await
    }

    /// Gives the agent another secret; whoever signed in with the one before is signed out.
    pub async fn renew_agent_secret(&self, agent: AgentId) -> Result<AgentWithSecret, Error> {
        self.post(&["agents", &agent.to_string(), "renew_secret"], json!({})).await
    }
}

/// The desk of the server at `base`, with what an agent signs in with behind the `#`, which no server and no log sees.
pub fn desk_link(base: &Url, name: &str, secret: &str) -> Url {
    let mut link = base.clone();
    if let Ok(mut path) = link.path_segments_mut() {
        path.pop_if_empty().push("desk");
    }
    let mut who = Serializer::new(String::new());
    link.set_fragment(Some(&who.append_pair("name", name).append_pair("secret", secret).finish()));
    link
}
