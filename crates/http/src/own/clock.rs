//! `/clock`: the clock of a sandbox.

use axum::Json;
use axum::extract::State;
use offhook_call::{Duration, Time};
use offhook_service::{Advance, ClockError, ClockReading};
use offhook_wire::schema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::Body;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct ClockView {
    #[schema(value_type = schema::Time)]
    now: Time,
    /// Whether it stands until it is released.
    frozen: bool,
    /// By how much it is ahead of the machine's clock; negative: behind.
    ahead_ms: i64,
}

/// How far: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Move {
    #[schema(minimum = 0, maximum = 31_622_400_000_i64)]
    by_ms: Option<i64>,
    /// A moment that is not past.
    #[schema(value_type = Option<schema::Time>)]
    to: Option<Time>,
}

/// Shows the sandbox's clock. The header `x-offhook-time` of every answer shows it too.
#[utoipa::path(
    get,
    path = "/clock",
    operation_id = "show_clock",
    responses((status = 200, body = ClockView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn clock(State(state): State<HttpState>) -> Result<Json<ClockView>, Refusal> {
    Ok(Json(state.service.clock_reading()?.into()))
}

/// Stops the clock until it is released.
///
/// Media, sockets and scripts of consumers go on in real time.
#[utoipa::path(
    post,
    path = "/clock/freeze",
    responses((status = 200, body = ClockView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn freeze_clock(State(state): State<HttpState>) -> Result<Json<ClockView>, Refusal> {
    Ok(Json(state.service.freeze_clock().await?.into()))
}

/// Lets the clock go on from where it stands.
#[utoipa::path(
    post,
    path = "/clock/release",
    responses((status = 200, body = ClockView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn release_clock(State(state): State<HttpState>) -> Result<Json<ClockView>, Refusal> {
    Ok(Json(state.service.release_clock().await?.into()))
}

/// Moves the clock on, whether or not it is frozen.
///
/// The answer comes when all that gets due by it has happened, in its order and at its moment: calls that ring no longer,
/// permissions and opening hours that end, webhooks that are tried and tried again.
#[utoipa::path(
    post,
    path = "/clock/advance",
    request_body = Move,
    responses((status = 200, body = ClockView)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn advance_clock(
    State(state): State<HttpState>,
    Body(wanted): Body<Move>,
) -> Result<Json<ClockView>, Refusal> {
    Ok(Json(state.service.advance_clock(wanted.parse()?).await?.into()))
}

impl Move {
    fn parse(self) -> Result<Advance, Refusal> {
        let detail = match (self.by_ms, self.to) {
            (Some(by), None) => match u64::try_from(by) {
                Ok(by) => return Ok(Advance::By(Duration::from_millis(by))),
                Err(_) => "`by_ms` is negative: time does not go back.",
            },
            (None, Some(to)) => return Ok(Advance::To(to)),
            (None, None) | (Some(_), Some(_)) => "Send either `by_ms` or `to`.",
        };
        Err(Refusal::InvalidRequest { detail: detail.to_owned() })
    }
}

impl From<ClockReading> for ClockView {
    fn from(ClockReading { now, frozen, ahead }: ClockReading) -> Self {
        Self { now, frozen, ahead_ms: ahead.0 }
    }
}

impl From<ClockError> for Refusal {
    fn from(error: ClockError) -> Self {
        match error {
            ClockError::NoSandbox => Self::NoSandbox,
            ClockError::Past { now } => Self::InvalidRequest {
                detail: format!("`to` is past: the clock shows {}, and time does not go back.", now.0),
            },
            ClockError::TooFar => {
                Self::InvalidRequest { detail: "The clock is moved on by 366 days at most at a time.".to_owned() }
            }
            ClockError::Store(error) => error.into(),
        }
    }
}
