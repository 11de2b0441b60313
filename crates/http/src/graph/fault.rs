//! What a fault of a sandbox makes of a Graph request.

use std::io;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use offhook_call::fault::{ApiFault, FaultId, Moment};
use offhook_wire::GraphError;

use super::failure::Failure;
use super::whole::whole;

/// What strikes a request, and the rule that wants it.
pub(super) type StruckRequest = (FaultId, ApiFault);

/// Why the request is refused before anything was done, if it is.
pub(super) fn refused(fault: &ApiFault) -> Option<Failure> {
    match fault {
        ApiFault::Error { name, moment: Moment::Before } => Some(named(name)),
        // Whatever it would be answered, nobody reads it.
        ApiFault::AnswerLost { moment: Moment::Before } => Some(GraphError::Internal.into()),
        ApiFault::Error { moment: Moment::After, .. }
        | ApiFault::AnswerLost { moment: Moment::After }
        | ApiFault::Slow { .. } => None,
    }
}

/// The answer in place of the true one.
pub(super) async fn bend(response: Response, struck: Option<&StruckRequest>) -> Response {
    match struck {
        Some((_, ApiFault::Error { name, .. })) => named(name).into_response(),
        Some((_, ApiFault::Slow { by })) => {
            tokio::time::sleep(*by).await;
            response
        }
        Some((_, ApiFault::AnswerLost { .. })) | None => response,
    }
}

/// The answer as it leaves: it names its fault, and may break off in the middle.
pub(super) async fn send(mut response: Response, struck: Option<&StruckRequest>) -> Response {
    let Some((id, fault)) = struck else { return response };
    let name = offhook_call::fault::Fault::Api(fault.clone()).name();
    let text = HeaderValue::try_from(format!("{id} {name}")).expect("ids and names are visible ASCII");
    response.headers_mut().insert(HEADER, text);
    match fault {
        ApiFault::AnswerLost { .. } => broken_off(response).await,
        ApiFault::Error { .. } | ApiFault::Slow { .. } => response,
    }
}

/// Half of the answer, and then the connection breaks.
async fn broken_off(response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let whole = whole(body).await;
    let half = whole.slice(..whole.len() / 2);
    let broken = io::Error::new(io::ErrorKind::ConnectionAborted, "a fault of the sandbox");
    Response::from_parts(parts, Body::from_stream(stream::iter([Ok(half), Err(broken)])))
}

/// An error of the contract's table.
fn named(name: &str) -> Failure {
    let error = GraphError::catalogue().into_iter().find(|error| error.name() == name);
    error.expect("a rule names an error of the table").into()
}

const HEADER: HeaderName = HeaderName::from_static("x-offhook-fault");
