//! `/pages/{page}/consumers/{psid}/permission`: what the consumer would do in the thread.

use axum::Json;
use axum::extract::State;
use offhook_call::{PageId, Permission, Psid, Time};
use offhook_wire::schema;
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::At;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct PermissionView {
    /// The business may call until then; the moment of a revoke is past.
    #[schema(value_type = schema::Time)]
    expires_at: Time,
}

/// Lets the consumer grant permission to be called, for seven days from now.
#[utoipa::path(
    post,
    path = "/pages/{page}/consumers/{psid}/permission",
    responses((status = 200, body = PermissionView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn grant(
    State(state): State<HttpState>,
    At((page, psid)): At<(PageId, Psid)>,
) -> Result<Json<PermissionView>, Refusal> {
    Ok(Json(state.service.grant(page, psid).await?.into()))
}

/// Lets the consumer revoke the permission to be called. Once answered, no later connect succeeds.
#[utoipa::path(
    delete,
    path = "/pages/{page}/consumers/{psid}/permission",
    responses((status = 200, body = PermissionView)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn revoke(
    State(state): State<HttpState>,
    At((page, psid)): At<(PageId, Psid)>,
) -> Result<Json<PermissionView>, Refusal> {
    Ok(Json(state.service.revoke(page, psid).await?.into()))
}

impl From<Permission> for PermissionView {
    fn from(permission: Permission) -> Self {
        Self { expires_at: permission.expires_at }
    }
}
