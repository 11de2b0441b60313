//! `/calls`: the call records.

use axum::Json;
use axum::extract::State;
use offhook_call::{
    AppId, Call, CallId, DeviceId, Direction, EndReason, PageId, Psid, State as CallState, Status, Time,
};
use offhook_wire::Data;
use serde::Serialize;

use super::extract::{At, Query};
use super::list::{self, NewestOfPage};
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize)]
pub(crate) struct CallView {
    id: CallId,
    page_id: PageId,
    psid: Psid,
    /// The app that owns the call; null until an app accepts a consumer's call.
    app_id: Option<AppId>,
    direction: &'static str,
    created_at: Time,
    /// Version of the last SDP that the business was given by webhook.
    version: u32,
    #[serde(flatten)]
    state: StateView,
}

#[derive(Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum StateView {
    Dialing,
    Ringing {
        ringing_since: Time,
    },
    Calling {
        device: DeviceId,
    },
    Connected {
        connected_at: Time,
        device: DeviceId,
    },
    /// `connected_at` is null if the parties never were connected.
    Ended {
        connected_at: Option<Time>,
        ended_at: Time,
        status: Status,
        reason: EndReason,
    },
}

/// The newest first.
pub(crate) async fn calls(
    State(state): State<HttpState>,
    Query(wanted): Query<NewestOfPage>,
) -> Result<Json<Data<CallView>>, Refusal> {
    Ok(list::data(state.service.calls(wanted.page, wanted.limit()).await?))
}

pub(crate) async fn call(State(state): State<HttpState>, At(call): At<CallId>) -> Result<Json<CallView>, Refusal> {
    let found = state.service.call(call).await?.ok_or(Refusal::NotFound { what: "call" })?;
    Ok(Json(found.into()))
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        let Call { id, page, psid, app, rung: _, direction, created_at, version, state } = call;
        let direction = match direction {
            Direction::BusinessInitiated => "business_initiated",
            Direction::ConsumerInitiated => "user_initiated",
        };
        Self { id, page_id: page, psid, app_id: app, direction, created_at, version, state: state.into() }
    }
}

impl From<CallState> for StateView {
    fn from(state: CallState) -> Self {
        match state {
            CallState::Dialing => Self::Dialing,
            CallState::Ringing { since } => Self::Ringing { ringing_since: since },
            CallState::Calling { device } => Self::Calling { device },
            CallState::Connected { since, device } => Self::Connected { connected_at: since, device },
            CallState::Ended(ended) => Self::Ended {
                connected_at: ended.connected_at,
                ended_at: ended.at,
                status: ended.reason.status(),
                reason: ended.reason,
            },
        }
    }
}
