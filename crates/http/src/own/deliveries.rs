//! `/deliveries`: the webhooks that are owed, were delivered, or were given up.

use axum::Json;
use axum::extract::State;
use offhook_call::{AppId, CallId, PageId, Psid, Time};
use offhook_service::{DeliveryState, DeliveryStatus, Subject};
use offhook_wire::{Data, schema};
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::Query;
use super::list::{self, Newest};
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    id: i64,
    #[schema(value_type = schema::AppId)]
    app_id: AppId,
    #[schema(value_type = schema::PageId)]
    page_id: PageId,
    /// Null if it is about no call.
    #[schema(value_type = Option<schema::CallId>)]
    call_id: Option<CallId>,
    /// Whose thread it is about; null if about a call or the Page itself.
    #[schema(value_type = Option<schema::Psid>)]
    psid: Option<Psid>,
    /// The exact text that is sent.
    body: String,
    #[schema(value_type = schema::Time)]
    owed_at: Time,
    attempts: u32,
    /// `pending`, `delivered` or `dead`.
    #[schema(value_type = String)]
    state: DeliveryStatus,
    /// HTTP status of the last try, if there was an answer.
    last_status: Option<u16>,
    /// The first 4 KiB of its answer, or why there was none.
    last_response: Option<String>,
}

/// Lists webhooks, the newest first.
#[utoipa::path(get, path = "/deliveries", params(Newest), responses((status = 200, body = Data<DeliveryView>)))]
pub(crate) async fn deliveries(
    State(state): State<HttpState>,
    Query(wanted): Query<Newest>,
) -> Result<Json<Data<DeliveryView>>, Refusal> {
    Ok(list::data(state.service.deliveries(wanted.limit()).await?))
}

impl From<DeliveryState> for DeliveryView {
    fn from(delivery: DeliveryState) -> Self {
        let DeliveryState { id, app, page, subject, body, owed_at, attempts, state, last_status, last_response } =
            delivery;
        let (id, app_id, page_id) = (id.0, app, page);
        let (call_id, psid) = match subject {
            Subject::Call(call) => (Some(call), None),
            Subject::Thread(psid) => (None, Some(psid)),
            Subject::Page => (None, None),
        };
        Self { id, app_id, page_id, call_id, psid, body, owed_at, attempts, state, last_status, last_response }
    }
}
