//! `/pages/{page}/consumers/{psid}/thread`: what stands in a consumer's thread.

use axum::Json;
use axum::extract::State;
use offhook_call::{PageId, Psid};
use offhook_wire::{Data, ThreadEntry};

use super::extract::{At, Query};
use super::list::Newest;
use super::refusal::Refusal;
use crate::{HttpState, consumer};

/// Shows the newest entries of a consumer's thread, oldest first.
#[utoipa::path(
    get,
    path = "/pages/{page}/consumers/{psid}/thread",
    params(Newest),
    responses((status = 200, description = "`{\"data\": […]}`, entries as docs/consumer-protocol.md has them.", body = Object)),
    extensions(("x-errors" = json!(["not_found"]))),
)]
pub(crate) async fn thread(
    State(state): State<HttpState>,
    At((page, psid)): At<(PageId, Psid)>,
    Query(wanted): Query<Newest>,
) -> Result<Json<Data<ThreadEntry>>, Refusal> {
    let found = state.service.thread(page, psid, wanted.limit()).await?;
    let items = found.ok_or(Refusal::NotFound { what: "consumer on this Page" })?;
    Ok(Json(Data { data: items.iter().map(consumer::entry).collect() }))
}
