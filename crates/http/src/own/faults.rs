//! `/faults`: what goes wrong in a sandbox.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use offhook_call::fault::{FaultId, Standing};
use offhook_service::FaultError;
use offhook_wire::Data;
use serde::Serialize;
use utoipa::ToSchema;

use super::extract::{At, Body};
use super::fault_rule::FaultRule;
use super::list;
use super::refusal::Refusal;
use crate::HttpState;

#[derive(Serialize, ToSchema)]
pub(crate) struct FaultView {
    /// `f_` and a number.
    id: String,
    /// As it was asked for, with all that was left out.
    rule: FaultRule,
    /// How many webhooks, requests or legs it was asked about.
    seen: u64,
    /// How many of them it struck.
    struck: u64,
}

/// Makes something go wrong, from now on until it is deleted or the server ends.
///
/// Faults are asked in the order in which they were made; the first one that strikes is it.
#[utoipa::path(
    post,
    path = "/faults",
    request_body = FaultRule,
    responses((status = 201, body = FaultView)),
    extensions(("x-errors" = json!(["no_sandbox", "not_found"]))),
)]
pub(crate) async fn create_fault(
    State(state): State<HttpState>,
    Body(rule): Body<FaultRule>,
) -> Result<(StatusCode, Json<FaultView>), Refusal> {
    let standing = state.service.add_fault(rule.parse()?).await?;
    Ok((StatusCode::CREATED, Json(standing.into())))
}

/// Lists the faults, the oldest first, with how often each struck.
#[utoipa::path(
    get,
    path = "/faults",
    operation_id = "list_faults",
    responses((status = 200, body = Data<FaultView>)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn faults(State(state): State<HttpState>) -> Result<Json<Data<FaultView>>, Refusal> {
    Ok(list::data(state.service.standing_faults()?))
}

/// Ends a fault. What it holds back goes out in its time.
#[utoipa::path(
    delete,
    path = "/faults/{fault}",
    responses((status = 204)),
    extensions(("x-errors" = json!(["no_sandbox", "not_found"]))),
)]
pub(crate) async fn delete_fault(State(state): State<HttpState>, At(fault): At<String>) -> Result<StatusCode, Refusal> {
    let id: FaultId = fault.parse().map_err(|_| Refusal::NotFound { what: "fault" })?;
    state.service.delete_fault(id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all faults.
#[utoipa::path(
    delete,
    path = "/faults",
    responses((status = 204)),
    extensions(("x-errors" = json!(["no_sandbox"]))),
)]
pub(crate) async fn delete_faults(State(state): State<HttpState>) -> Result<StatusCode, Refusal> {
    state.service.delete_faults()?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Standing> for FaultView {
    fn from(Standing { id, rule, seen, struck }: Standing) -> Self {
        Self { id: id.to_string(), rule: rule.into(), seen, struck }
    }
}

impl From<FaultError> for Refusal {
    fn from(error: FaultError) -> Self {
        match error {
            FaultError::NoSandbox => Self::NoSandbox,
            FaultError::Refused(refused) => Self::InvalidRequest { detail: format!("{refused}.") },
            FaultError::TooMany(too_many) => Self::InvalidRequest { detail: format!("{too_many}.") },
            FaultError::Unknown(what) => Self::NotFound { what },
            FaultError::Store(error) => error.into(),
        }
    }
}
