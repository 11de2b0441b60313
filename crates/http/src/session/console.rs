//! `/console/session`: the operator signs in, looks whether they are, and signs out.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use offhook_call::Time;
use offhook_service::Who;
use offhook_wire::schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Place, is_safe_from_others, of_operator};
use crate::HttpState;
use crate::own::{Body, Refusal};
use crate::run_to_end::run_to_end;
use crate::site::{Sender, Visit};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    admin_token: String,
}

/// The operator is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct SignedIn {
    #[schema(value_type = schema::Time)]
    expires_at: Time,
}

/// Signs the operator in.
///
/// The answer's cookie stands for the admin token at the own API, from this server's own pages only. It ends with its time,
/// with signing out, and when the server gets another admin token.
#[utoipa::path(
    post,
    path = "/console/session",
    operation_id = "sign_in",
    request_body = SignIn,
    responses((status = 200, body = SignedIn)),
    extensions(("x-errors" = json!(["wrong_admin_token", "too_many_sign_ins", "foreign_page"]))),
)]
pub(crate) async fn sign_in(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    Body(SignIn { admin_token }): Body<SignIn>,
) -> Result<(Cookie, Json<SignedIn>), Refusal> {
    match Sender::of(&headers, &visit, &state.site) {
        Sender::Own | Sender::NoBrowser => {}
        Sender::Allowed | Sender::Foreign => return Err(Refusal::ForeignPage),
    }
    state.service.may_sign_in(visit.client).map_err(|wait| Refusal::TooManySignIns { wait })?;
    if !state.admin_token.is(&admin_token) {
        return Err(Refusal::WrongAdminToken);
    }
    let bind = |token: &str| state.admin_token.bind(token);
    let (token, session) = state.service.open_session(Who::Operator, state.site.session_life, bind).await?;
    let cookie = Place::Console.give(&token, &visit, &state.site);
    Ok(([(header::SET_COOKIE, cookie)], Json(SignedIn { expires_at: session.expires_at })))
}

/// Shows until when the operator is signed in.
#[utoipa::path(
    get,
    path = "/console/session",
    operation_id = "show_session",
    responses((status = 200, body = SignedIn)),
    extensions(("x-errors" = json!(["unauthorized"]))),
)]
pub(crate) async fn session(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
) -> Result<Json<SignedIn>, Refusal> {
    let session = of_operator(&state, &headers, &visit).await?.ok_or(Refusal::Unauthorized)?;
    Ok(Json(SignedIn { expires_at: session.expires_at }))
}

/// Signs the operator out.
#[utoipa::path(
    delete,
    path = "/console/session",
    operation_id = "sign_out",
    responses((status = 204, description = "Nobody is signed in any more.")),
    extensions(("x-errors" = json!(["foreign_page"]))),
)]
pub(crate) async fn sign_out(
    State(state): State<HttpState>,
    Extension(visit): Extension<Visit>,
    method: axum::http::Method,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookie), Refusal> {
    if let Some(token) = Place::Console.read(&headers, &visit, &state.site) {
        if !is_safe_from_others(&state, &method, &headers, &visit) {
            return Err(Refusal::ForeignPage);
        }
        state.service.end_session(&state.admin_token.bind(&token)).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, Place::Console.take(&visit, &state.site))]))
}

/// Runs the handler to its end.
pub(crate) async fn frame(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let ran = run_to_end(&state.tasks, next.run(request)).await;
    ran.unwrap_or_else(|panicked| Refusal::from(panicked).into_response())
}

type Cookie = [(header::HeaderName, HeaderValue); 1];
