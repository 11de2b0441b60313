//! `debug=all|info|warning`: messages about a request beside its answer (Graph's "Debugging" page).

use axum::response::Response;
use offhook_wire::{DebugLevel, DebugMessage, GraphVersion, Parameters};
use serde_json::{Map, Value, json};

use super::whole::whole;

/// Adds `__debug__` to an answer that is a JSON object.
pub(super) async fn add(response: Response, level: DebugLevel, messages: Vec<DebugMessage>) -> Response {
    let wanted: Vec<_> = messages.into_iter().filter(|message| level.wants(message)).collect();
    let (parts, body) = response.into_parts();
    let bytes = whole(body).await;
    match serde_json::from_slice::<Map<String, Value>>(&bytes) {
        Ok(mut answer) => {
            answer.insert("__debug__".to_owned(), json!({ "messages": wanted }));
            Response::from_parts(parts, Value::from(answer).to_string().into())
        }
        Err(_) => Response::from_parts(parts, bytes.into()),
    }
}

/// What there is to say about a request. What was ignored is known only once the request was taken as a whole.
pub(super) fn messages(parameters: &Parameters, path_has_version: bool, taken: bool) -> Vec<DebugMessage> {
    let mut messages = parameters.said();
    if !path_has_version {
        let assumed = format!("The path names no version; {} is assumed.", GraphVersion::LATEST);
        messages.push(DebugMessage::info(assumed).linked(VERSIONING));
    }
    if taken {
        messages.extend(
            parameters.unread().map(|name| {
                DebugMessage::warning(format!("Parameter `{name}` was ignored: this edge does not read it."))
            }),
        );
    }
    messages
}

const VERSIONING: &str = "https://developers.facebook.com/docs/graph-api/guides/versioning";
