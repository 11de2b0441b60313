use offhook_call::{CallId, Psid};

use crate::{DebugMessage, GraphError, Parameters};

/// What a business asks for. `accept` and `reject` are of calls that consumers start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallRequest {
    Connect { to: Psid, offer: String },
    Accept { call: CallId },
    Reject { call: CallId },
    Terminate { call: CallId },
}

impl CallRequest {
    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        check_platform(parameters)?;
        match Action::parse(parameters)? {
            Action::Connect => Ok(Self::Connect { to: psid(parameters)?, offer: offer(parameters)? }),
            Action::Accept => Ok(Self::Accept { call: call_id(parameters)? }),
            Action::Reject => Ok(Self::Reject { call: call_id(parameters)? }),
            Action::Terminate => Ok(Self::Terminate { call: call_id(parameters)? }),
        }
    }
}

enum Action {
    Connect,
    Accept,
    Reject,
    Terminate,
}

impl Action {
    fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        match parameters.word("action")?.as_deref() {
            Some("connect") => Ok(Self::Connect),
            Some("accept") => Ok(Self::Accept),
            Some("reject") => Ok(Self::Reject),
            Some("terminate") => Ok(Self::Terminate),
            Some("media_update") => Err(unsupported("media_update is not supported yet")),
            Some(_) => Err(unsupported("unknown action")),
            None => Self::infer(parameters),
        }
    }

    /// The flat body of Meta's JavaScript page has no action (contract section 1).
    fn infer(parameters: &Parameters) -> Result<Self, GraphError> {
        let has = |name| parameters.value(name).is_some();
        if !has("sdp") {
            return Err(GraphError::missing("action"));
        }
        parameters.say(DebugMessage::warning(
            "The body has `sdp` at its top and no `action`; the action was inferred. Send `action`, and the SDP in `session`.",
        ));
        if has("to") {
            Ok(Self::Connect)
        } else if has("tracks") {
            Err(unsupported("a body with `tracks` means media_update, which is not supported yet"))
        } else {
            Ok(Self::Accept)
        }
    }
}

fn unsupported(problem: &str) -> GraphError {
    GraphError::parameter("action", format!("{problem}; supported are connect, accept, reject and terminate."))
}

pub(crate) fn check_platform(parameters: &Parameters) -> Result<(), GraphError> {
    match parameters.word("platform")?.as_deref() {
        None | Some("messenger") => Ok(()),
        Some(_) => Err(GraphError::parameter("platform", "Only the platform `messenger` is supported.")),
    }
}

fn psid(parameters: &Parameters) -> Result<Psid, GraphError> {
    parameters.required_text("to")?.parse().map_err(|_| GraphError::InvalidPsid)
}

fn call_id(parameters: &Parameters) -> Result<CallId, GraphError> {
    parameters.required_text("call_id")?.parse().map_err(|_| GraphError::InvalidCallId)
}

/// The SDP offer of `session`, or of the body itself where it is flat.
fn offer(parameters: &Parameters) -> Result<String, GraphError> {
    let nested = parameters.object("session")?;
    if nested.is_none() && parameters.value("sdp").is_none() {
        return Err(GraphError::ConnectionInfoMissing { name: "session" });
    }
    let session = nested.as_ref().unwrap_or(parameters);
    let given = |text: Option<String>, name| match text {
        Some(text) if !text.trim().is_empty() => Ok(text),
        Some(_) | None => Err(GraphError::ConnectionInfoMissing { name }),
    };
    let sdp_type = given(session.word("sdp_type")?, "sdp_type")?;
    let sdp = given(session.text("sdp")?, "sdp")?;
    if sdp_type != "offer" {
        return Err(GraphError::parameter(
            "sdp_type",
            "`sdp_type` must be \"offer\": the business makes the first offer.",
        ));
    }
    Ok(sdp)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(body: Value) -> Result<CallRequest, GraphError> {
        let Value::Object(map) = body else { panic!("tests pass objects") };
        CallRequest::parse(&map.into())
    }

    fn connect() -> Result<CallRequest, GraphError> {
        Ok(CallRequest::Connect { to: Psid(77), offer: "v=0\r\n".to_owned() })
    }

    #[test]
    fn connect_in_every_spelling() {
        let session = json!({ "sdp_type": "OFFER", "sdp": "v=0\r\n" });
        let bodies = [
            json!({ "platform": "Messenger", "to": "77", "action": "CONNECT", "session": session, "host": "x" }),
            json!({ "to": 77, "action": "connect", "session": session.to_string() }),
            json!({ "to": "77", "sdp_type": "offer", "sdp": "v=0\r\n", "host": "localhost", "extra": [1] }),
        ];
        for body in bodies {
            assert_eq!(parse(body.clone()), connect(), "{body}");
        }
    }

    #[test]
    fn actions_on_a_call() {
        let call = CallId([5; 32]);
        let body = |action: &str| json!({ "action": action, "call_id": call.to_string(), "platform": "messenger" });
        assert_eq!(parse(body("Terminate")), Ok(CallRequest::Terminate { call }));
        assert_eq!(parse(body("reject")), Ok(CallRequest::Reject { call }));
        assert_eq!(parse(body("accept")), Ok(CallRequest::Accept { call }));
        let flat = json!({ "call_id": call.to_string(), "sdp": "v=0", "sdp_type": "offer" });
        assert_eq!(parse(flat), Ok(CallRequest::Accept { call }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let session = json!({ "sdp_type": "offer", "sdp": "v=0" });
        let blamed = [
            (json!({}), "action"),
            (json!({ "action": 5 }), "action"),
            (json!({ "action": "dial" }), "action"),
            (json!({ "action": "media_update", "call_id": "c_x" }), "action"),
            (json!({ "tracks": [], "sdp": "v=0", "call_id": "c_x" }), "action"),
            (json!({ "action": "connect", "platform": "instagram" }), "platform"),
            (json!({ "action": "connect", "session": session }), "to"),
            (json!({ "action": "connect", "to": ["77"], "session": session }), "to"),
            (json!({ "action": "connect", "to": "77", "session": "nonsense" }), "session"),
            (json!({ "action": "connect", "to": "77", "session": { "sdp_type": "answer", "sdp": "v=0" } }), "sdp_type"),
            (json!({ "action": "terminate" }), "call_id"),
        ];
        for (body, name) in blamed {
            let error = parse(body.clone()).unwrap_err();
            assert_eq!((error.name(), error.blame()), ("invalid_parameter", Some(name)), "{body}");
        }
        let other = [
            (json!({ "action": "connect", "to": "bob", "session": session }), GraphError::InvalidPsid),
            (json!({ "action": "terminate", "call_id": "c_x" }), GraphError::InvalidCallId),
        ];
        for (body, error) in other {
            assert_eq!(parse(body), Err(error));
        }
    }

    #[test]
    fn an_empty_or_absent_part_of_the_session_is_connection_info_missing() {
        let sessions = [
            (Value::Null, "session"),
            (json!(""), "session"),
            (json!({ "sdp": "v=0" }), "sdp_type"),
            (json!({ "sdp_type": "", "sdp": "v=0" }), "sdp_type"),
            (json!({ "sdp_type": "offer" }), "sdp"),
            (json!({ "sdp_type": "offer", "sdp": " " }), "sdp"),
        ];
        for (session, name) in sessions {
            let parsed = parse(json!({ "action": "connect", "to": "77", "session": session }));
            assert_eq!(parsed, Err(GraphError::ConnectionInfoMissing { name }));
        }
    }
}
