//! `/sdp/lint`: what stands in the way of an offer or an answer.

use axum::Json;
use axum::extract::State;
use offhook_service::Texts;
use offhook_wire::finding::Finding;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::extract::Body;
use super::refusal::Refusal;
use crate::HttpState;

/// What is to be judged.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LintRequest {
    /// An offer.
    sdp: String,
    /// An answer to it.
    answer: Option<String>,
    /// The offer before it on the same connection.
    previous: Option<String>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LintAnswer {
    /// Nothing found is an error.
    accepted: bool,
    /// The worst first.
    #[schema(value_type = Vec<Finding>)]
    findings: Value,
}

/// Says what stands in the way of an offer, and how to mend it; nothing is called.
///
/// With `answer` the two must fit each other; with `previous` the offer must go on where that one was.
#[utoipa::path(
    post,
    path = "/sdp/lint",
    operation_id = "lint_sdp",
    request_body = LintRequest,
    responses((status = 200, body = LintAnswer)),
)]
pub(crate) async fn lint(
    State(state): State<HttpState>,
    Body(request): Body<LintRequest>,
) -> Result<Json<LintAnswer>, Refusal> {
    let offer = request.sdp.as_str();
    let texts = match (&request.answer, &request.previous) {
        (None, None) => Texts::Offer(offer),
        (Some(answer), None) => Texts::Answer { offer, answer },
        (None, Some(previous)) => Texts::Again { previous, offer },
        (Some(_), Some(_)) => {
            let detail = "send `answer` or `previous`, not both: ask once for each".to_owned();
            return Err(Refusal::InvalidRequest { detail });
        }
    };
    let linted = state.service.lint_sdp(texts);
    Ok(Json(LintAnswer { accepted: linted.accepted, findings: linted.findings }))
}

/// Two texts of 64 KiB, escaped as JSON.
pub(crate) const BODY_BYTES_MAX: usize = 256 * 1024;
