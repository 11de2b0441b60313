//! `/desk/session`: an agent signs in at the desk, looks whether they are, and signs out.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::{Extension, Json};
use offhook_call::{AgentId, Time};
use offhook_service::{Agent, Session, StoreError, Who};
use offhook_wire::schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Place, is_safe_from_others};
use crate::HttpState;
use crate::own::{Body, Refusal};
use crate::site::{Sender, Visit};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentSignIn {
    name: String,
    secret: String,
}

/// An agent is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedInAgent {
    #[schema(value_type = schema::AgentId)]
    id: AgentId,
    name: String,
    #[schema(value_type = schema::Time)]
    expires_at: Time,
}

/// Signs an agent in.
///
/// The answer's cookie opens the desk's channel, for this server's own pages only. It ends with its time, with signing out,
/// and when the operator gives the agent another secret or puts them out.
#[utoipa::path(
    post,
    path = "/desk/session",
    operation_id = "agent_sign_in",
    request_body = AgentSignIn,
    responses((status = 200, body = SignedInAgent)),
    extensions(("x-errors" = json!(["wrong_agent_secret", "too_many_sign_ins", "foreign_page"]))),
)]
pub(crate) async fn agent_sign_in(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Body(AgentSignIn { name, secret }): Body<AgentSignIn>,
) -> Result<(Cookie, Json<SignedInAgent>), Refusal> {
    match Sender::of(&headers, &visit, &state.site) {
        Sender::Own | Sender::NoBrowser => {}
        Sender::Allowed | Sender::Foreign => return Err(Refusal::ForeignPage),
    }
    state.service.may_sign_in(visit.client).map_err(|wait| Refusal::TooManySignIns { wait })?;
    let agent = state.service.agent_by_secret(&name, &secret).await?.ok_or(Refusal::WrongAgentSecret)?;
    let life = state.site.session_life;
    let (token, session) = state.service.open_session(Who::agent(&agent), life, bound).await?;
    let cookie = Place::Desk.give(&token, &visit, &state.site);
    Ok(([(header::SET_COOKIE, cookie)], Json(shown(agent, session))))
}

/// Shows which agent is signed in, and until when.
#[utoipa::path(
    get,
    path = "/desk/session",
    operation_id = "show_agent_session",
    responses((status = 200, body = SignedInAgent)),
    extensions(("x-errors" = json!(["unauthorized"]))),
)]
pub(crate) async fn agent_session(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
) -> Result<Json<SignedInAgent>, Refusal> {
    let (agent, session) = of_agent(&state, &headers, &visit).await?.ok_or(Refusal::Unauthorized)?;
    Ok(Json(shown(agent, session)))
}

/// Signs the agent out.
#[utoipa::path(
    delete,
    path = "/desk/session",
    operation_id = "agent_sign_out",
    responses((status = 204, description = "Nobody is signed in any more.")),
    extensions(("x-errors" = json!(["foreign_page"]))),
)]
pub(crate) async fn agent_sign_out(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    method: Method,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookie), Refusal> {
    if let Some(token) = Place::Desk.read(&headers, &visit, &state.site) {
        if !is_safe_from_others(&state, &method, &headers, &visit) {
            return Err(Refusal::ForeignPage);
        }
        state.service.end_session(&bound(&token)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, Place::Desk.take(&visit, &state.site))]))
}

/// The agent whose session a request bears, if they may be here.
pub(crate) async fn of_agent(
    state: &HttpState,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<Option<(Agent, Session)>, StoreError> {
    let Some(token) = Place::Desk.read(headers, visit, &state.site) else { return Ok(None) };
    let Some(session) = state.service.session(&bound(&token)).await? else { return Ok(None) };
    Ok(state.service.signed_in_agent(session).await?.map(|agent| (agent, session)))
}

/// A token of the desk is none at the console.
fn bound(token: &str) -> String {
    format!("desk {token}")
}

fn shown(agent: Agent, session: Session) -> SignedInAgent {
    SignedInAgent { id: agent.id, name: agent.name, expires_at: session.expires_at }
}

type Cookie = [(header::HeaderName, HeaderValue); 1];
