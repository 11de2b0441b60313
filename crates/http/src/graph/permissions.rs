//! `GET /{page-id}/messenger_call_permissions`.

use axum::Json;
use axum::extract::State;
use offhook_service::PermissionView;
use offhook_wire::{Action, ActionLimit, CallPermissions, PermissionBody, PermissionParams, PermissionQuery};
use serde_json::Value;

use super::failure::Failure;
use super::request::GraphRequest;
use crate::HttpState;

/// Tells whether a consumer may be called, and whether permission may be asked for.
#[utoipa::path(
    get,
    path = "/{node}/messenger_call_permissions",
    params(PermissionParams),
    responses((status = 200, body = PermissionBody)),
    extensions(("x-errors" = json!(["invalid_psid", "calling_not_enabled"]))),
)]
pub(crate) async fn call_permissions(
    State(state): State<HttpState>,
    request: GraphRequest,
) -> Result<Json<Value>, Failure> {
    let (caller, compat) = request.caller_and_compat(&state.service).await?;
    let query = PermissionQuery::parse(&request.parameters)?;
    let view = state.service.permission(caller, query.psid).await?;
    Ok(Json(query.render(&answer(view), &compat)))
}

fn answer(view: PermissionView) -> CallPermissions {
    let requests = ActionLimit::per_day(view.requests_per_day_max, view.requests_last_day);
    let calls = ActionLimit::per_day(view.connected_per_day_max, view.connected_last_day);
    CallPermissions {
        permission: view.status.into(),
        actions: vec![Action::request_permission(view.can_request, requests), Action::start_call(view.can_call, calls)],
    }
}
