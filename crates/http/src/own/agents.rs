//! `/agents`: who answers at the desk.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::{AgentId, PageId, Time};
use offhook_service::{Agent, AgentError, AgentRefused};
use offhook_wire::{Data, schema};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewAgent {
    /// By which they sign in; no two agents have the same.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// The Pages that they answer for.
    #[schema(value_type = Vec<schema::PageId>, max_items = 100)]
    pages: Vec<PageId>,
}

/// What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedAgent {
    /// They replace those before.
    #[schema(value_type = Option<Vec<schema::PageId>>, max_items = 100)]
    pages: Option<Vec<PageId>>,
    /// `false`: they may not sign in, and whoever has signed in is put out; their call ends.
    enabled: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AgentView {
    #[schema(value_type = schema::AgentId)]
    id: AgentId,
    name: String,
    #[schema(value_type = Vec<schema::PageId>)]
    pages: Vec<PageId>,
    enabled: bool,
    /// They said that they take calls.
    free: bool,
    #[schema(value_type = schema::Time)]
    created_at: Time,
}

/// An agent with their secret, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentWithSecret {
    #[serde(flatten)]
    agent: AgentView,
    secret: String,
}

/// Makes an agent. The secret by which they sign in is shown this once.
#[utoipa::path(
    post,
    path = "/agents",
    request_body = NewAgent,
    responses((status = 201, body = AgentWithSecret)),
    extensions(("x-errors" = json!(["not_found", "too_many"]))),
)]
pub(crate) async fn create_agent(
    State(state): State<HttpState>,
    Body(NewAgent { name, pages }): Body<NewAgent>,
) -> Result<(StatusCode, Json<AgentWithSecret>), Refusal> {
    let (agent, secret) = state.service.create_agent(offhook_service::NewAgent { name, pages }).await?;
    Ok((StatusCode::CREATED, Json(AgentWithSecret { agent: agent.into(), secret })))
}

/// Lists the agents, by name.
#[utoipa::path(get, path = "/agents", responses((status = 200, body = Data<AgentView>)))]
pub(crate) async fn agents(State(state): State<HttpState>) -> Result<Json<Data<AgentView>>, Refusal> {
    Ok(list::data(state.service.agents().await?))
}

/// Changes an agent.
#[utoipa::path(
    patch,
    path = "/agents/{agent}",
    request_body = ChangedAgent,
    responses((status = 200, body = AgentView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn change_agent(
    State(state): State<HttpState>,
    At(agent): At<AgentId>,
    Body(ChangedAgent { pages, enabled }): Body<ChangedAgent>,
) -> Result<Json<AgentView>, Refusal> {
    let changed = state.service.change_agent(agent, pages, enabled).await?;
    Ok(Json(changed.ok_or(Refusal::NotFound { what: "agent" })?.into()))
}

/// Gives an agent another secret. It is shown this once.
///
/// Whoever has signed in with the one before is signed out.
#[utoipa::path(
    post,
    path = "/agents/{agent}/renew_secret",
    responses((status = 200, body = AgentWithSecret)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn renew_agent_secret(
    State(state): State<HttpState>,
    At(agent): At<AgentId>,
) -> Result<Json<AgentWithSecret>, Refusal> {
    let renewed = state.service.renew_agent_secret(agent).await?;
    let (agent, secret) = renewed.ok_or(Refusal::NotFound { what: "agent" })?;
    Ok(Json(AgentWithSecret { agent: agent.into(), secret }))
}

impl From<Agent> for AgentView {
    fn from(agent: Agent) -> Self {
        let Agent { id, name, secret: _, pages, enabled, free, created_at } = agent;
        Self { id, name, pages, enabled, free, created_at }
    }
}

impl From<AgentRefused> for Refusal {
    fn from(error: AgentRefused) -> Self {
        let detail = error.to_string();
        match error {
            AgentRefused::Name | AgentRefused::TooManyPages => Self::InvalidRequest { detail },
            AgentRefused::TooMany => Self::TooMany { detail },
            AgentRefused::Store(AgentError::NameTaken) => {
                Self::InvalidRequest { detail: "name: another agent has it".to_owned() }
            }
            AgentRefused::Store(AgentError::UnknownPage(_)) => Self::NotFound { what: "Page" },
            AgentRefused::Store(AgentError::Store(error)) => error.into(),
        }
    }
}
