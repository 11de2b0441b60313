//! `/reach`: whether the media ports reach somebody.

use axum::Json;
use axum::extract::State;
use offhook_service::{NegotiateError, ReachError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Body;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReachRequest {
    /// An SDP offer with audio.
    sdp: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ReachAnswer {
    answer: String,
}

/// Answers an offer without a call, so that its maker can see whether it connects; nothing is carried.
///
/// The leg stays for 30 seconds.
#[utoipa::path(
    post,
    path = "/reach",
    operation_id = "reach",
    request_body = ReachRequest,
    responses((status = 200, body = ReachAnswer)),
    extensions(("x-errors" = json!(["overloaded"]))),
)]
pub(crate) async fn reach(
    State(state): State<HttpState>,
    Body(request): Body<ReachRequest>,
) -> Result<Json<ReachAnswer>, Refusal> {
    match state.service.reach(&request.sdp) {
        Ok(answer) => Ok(Json(ReachAnswer { answer })),
        Err(ReachError::Offer(NegotiateError::Offer(refused))) => {
            Err(Refusal::InvalidRequest { detail: refused.detail })
        }
        Err(ReachError::Offer(NegotiateError::UnknownTrack(track))) => {
            Err(Refusal::InvalidRequest { detail: track.to_string() })
        }
        Err(ReachError::TooMany) => Err(Refusal::Overloaded),
    }
}
