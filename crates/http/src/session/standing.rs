use axum::http::{HeaderMap, Method};
use offhook_service::{Session, StoreError, Who};

use super::Place;
use crate::HttpState;
use crate::site::{Sender, Visit};

/// The operator's session that a request bears, if it stands. Another admin token ends it.
pub(crate) async fn of_operator(
    state: &HttpState,
    headers: &HeaderMap,
    visit: &Visit,
) -> Result<Option<Session>, StoreError> {
    let Some(token) = Place::Console.read(headers, visit, &state.site) else { return Ok(None) };
    let session = state.service.session(&state.admin_token.bind(&token)).await?;
    Ok(session.filter(|session| session.who == Who::Operator))
}

/// Whether a request that bears a session can be trusted to be meant: another site's page cannot make a browser send one
/// that changes something.
pub(crate) fn is_safe_from_others(state: &HttpState, method: &Method, headers: &HeaderMap, visit: &Visit) -> bool {
    method.is_safe() || Sender::of(headers, visit, &state.site) == Sender::Own
}
