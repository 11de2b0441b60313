//! `/pages/{page}/consumers/{psid}/permission`: what the consumer would do in the thread.

use axum::Json;
use axum::extract::State;
use offhook_call::{PageId, Permission, Psid, Time};
use serde::Serialize;

use super::extract::At;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize)]
pub(crate) struct PermissionView {
    /// The business may call until then; the moment of a revoke is past.
    expires_at: Time,
}

/// `POST`: seven days from now.
pub(crate) async fn grant(
    State(state): State<HttpState>,
    At((page, psid)): At<(PageId, Psid)>,
) -> Result<Json<PermissionView>, Refusal> {
    Ok(Json(state.service.grant(page, psid).await?.into()))
}

/// `DELETE`: when it is answered, no later connect succeeds.
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
