use offhook_call::{CallId, Psid, Track};

use super::track;
use crate::{DebugMessage, GraphError, Parameters};

/// What a business asks for. `accept` and `reject` are of calls that consumers start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallRequest {
    Connect { to: Psid, offer: String },
    Accept { call: CallId, offer: String },
    Reject { call: CallId },
    Terminate { call: CallId },
    MediaUpdate { call: CallId, change: MediaChange },
}

/// What a business changes of its media: an offer, tracks, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaChange {
    pub offer: Option<String>,
    pub tracks: Vec<Track>,
    /// The version that the business knows; the change makes the next one of it.
    pub from_version: u32,
}

impl CallRequest {
    /// The action's name, and the call that it is about, if there is one yet.
    pub fn subject(&self) -> (&'static str, Option<CallId>) {
        match self {
            Self::Connect { .. } => ("connect", None),
            Self::Accept { call, .. } => ("accept", Some(*call)),
            Self::Reject { call } => ("reject", Some(*call)),
            Self::Terminate { call } => ("terminate", Some(*call)),
            Self::MediaUpdate { call, .. } => ("media_update", Some(*call)),
        }
    }

    pub fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        check_platform(parameters)?;
        match Action::parse(parameters)? {
            Action::Connect => Ok(Self::Connect { to: psid(parameters)?, offer: offer(parameters)? }),
            Action::Accept => Ok(Self::Accept { call: call_id(parameters)?, offer: offer(parameters)? }),
            Action::Reject => Ok(Self::Reject { call: call_id(parameters)? }),
            Action::Terminate => Ok(Self::Terminate { call: call_id(parameters)? }),
            Action::MediaUpdate => {
                Ok(Self::MediaUpdate { call: call_id(parameters)?, change: MediaChange::parse(parameters)? })
            }
        }
    }
}

impl MediaChange {
    fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        let tracks = track::parse(parameters)?;
        let has_sdp = parameters.object("session")?.is_some() || parameters.value("sdp").is_some();
        if !has_sdp && tracks.is_empty() {
            return Err(GraphError::parameter("tracks", "A media_update needs `tracks`, `session` or both."));
        }
        let offer = if has_sdp { Some(offer(parameters)?) } else { None };
        Ok(Self { offer, tracks, from_version: from_version(parameters)? })
    }
}

fn from_version(parameters: &Parameters) -> Result<u32, GraphError> {
    let version = |name| {
        let number = parameters.number(name)?.ok_or_else(|| GraphError::missing(name))?;
        u32::try_from(number).map_err(|_| GraphError::parameter(name, format!("`{name}` must be from 0 to 2^32 - 1.")))
    };
    let (from, to) = (version("from_version")?, version("to_version")?);
    if from.checked_add(1) != Some(to) {
        return Err(GraphError::parameter("to_version", "`to_version` must be `from_version` and one."));
    }
    Ok(from)
}

enum Action {
    Connect,
    Accept,
    Reject,
    Terminate,
    MediaUpdate,
}

impl Action {
    fn parse(parameters: &Parameters) -> Result<Self, GraphError> {
        match parameters.word("action")?.as_deref() {
            Some("connect") => Ok(Self::Connect),
            Some("accept") => Ok(Self::Accept),
            Some("reject") => Ok(Self::Reject),
            Some("terminate") => Ok(Self::Terminate),
            Some("media_update") => Ok(Self::MediaUpdate),
            Some(_) => Err(GraphError::parameter(
                "action",
                "Unknown action; there are connect, accept, reject, terminate and media_update.",
            )),
            None => Self::infer(parameters),
        }
    }

    /// The flat body of Meta's JavaScript page has no action (contract section 1).
    fn infer(parameters: &Parameters) -> Result<Self, GraphError> {
        let has = |name| parameters.value(name).is_some();
        let inferred = if has("to") && has("sdp") {
            Self::Connect
        } else if has("tracks") {
            Self::MediaUpdate
        } else if has("sdp") {
            Self::Accept
        } else {
            return Err(GraphError::missing("action"));
        };
        parameters.say(DebugMessage::warning(
            "The body has no `action`; it was inferred. Send `action`, and the SDP in `session`.",
        ));
        Ok(inferred)
    }
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
    // The page's update of the media leaves the type out.
    let flat_update = nested.is_none() && parameters.value("tracks").is_some();
    let sdp_type = match session.word("sdp_type")? {
        None if flat_update => "offer".to_owned(),
        sdp_type => given(sdp_type, "sdp_type")?,
    };
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
    use offhook_call::TrackLabel;
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
        let accept = Ok(CallRequest::Accept { call, offer: "v=0".to_owned() });
        let mut nested = body("accept");
        nested["session"] = json!({ "sdp": "v=0", "sdp_type": "offer" });
        assert_eq!(parse(nested), accept);
        let flat = json!({ "call_id": call.to_string(), "sdp": "v=0", "sdp_type": "offer" });
        assert_eq!(parse(flat), accept);
    }

    #[test]
    fn media_update_in_every_spelling() {
        let call = CallId([5; 32]);
        let offered = MediaChange {
            offer: Some("v=0".to_owned()),
            tracks: vec![Track { msid: Some("vid-22".to_owned()), label: TrackLabel::DefaultVideo, on: true }],
            from_version: 1,
        };
        let tracks = json!([{ "msid": "vid-22", "label": "DEFAULT_VIDEO", "status": "Enabled" }]);
        let session = json!({ "sdp_type": "offer", "sdp": "v=0" });
        let bodies = [
            json!({ "action": "media_update", "call_id": call, "from_version": 1, "to_version": 2,
                    "tracks": tracks, "session": session, "enabled_tracks": ["1"] }),
            json!({ "action": "MEDIA_UPDATE", "call_id": call, "from_version": "1", "to_version": "2",
                    "tracks": tracks.to_string(), "session": session.to_string() }),
            json!({ "call_id": call, "from_version": 1, "to_version": 2, "tracks": tracks, "sdp": "v=0" }),
        ];
        for body in bodies {
            assert_eq!(parse(body.clone()), Ok(CallRequest::MediaUpdate { call, change: offered.clone() }), "{body}");
        }
        let switch = json!({ "action": "media_update", "call_id": call, "from_version": 0, "to_version": 1,
                             "tracks": [{ "msid": "a", "label": "default_audio", "status": "disabled" }] });
        let Ok(CallRequest::MediaUpdate { change, .. }) = parse(switch) else { panic!("not read") };
        assert_eq!((change.offer, change.tracks[0].on, change.from_version), (None, false, 0));
    }

    #[test]
    fn what_is_wrong_with_a_media_update_is_named() {
        let track = json!({ "msid": "a", "label": "default_audio", "status": "enabled" });
        let body = |name: &str, value: Value| {
            let mut body = json!({ "action": "media_update", "call_id": CallId([5; 32]), "from_version": 1,
                                   "to_version": 2, "tracks": [track] });
            body[name] = value;
            body
        };
        let with = |name: &str, value: Value| {
            let mut changed = track.clone();
            changed[name] = value;
            body("tracks", json!([changed]))
        };
        let cases = [
            (body("tracks", Value::Null), "tracks"),
            (body("tracks", json!([])), "tracks"),
            (body("tracks", json!("nonsense")), "tracks"),
            (body("tracks", json!({})), "tracks"),
            (body("tracks", json!(["a"])), "tracks"),
            (body("tracks", json!([track, track, track, track, track])), "tracks"),
            (with("msid", Value::Null), "tracks"),
            (with("label", json!("camera")), "tracks"),
            (with("status", json!("on")), "tracks"),
            (body("from_version", Value::Null), "from_version"),
            (body("from_version", json!(-1)), "from_version"),
            (body("from_version", json!("1.5")), "from_version"),
            (body("from_version", json!([])), "from_version"),
            (body("from_version", json!(u32::MAX)), "to_version"),
            (body("to_version", Value::Null), "to_version"),
            (body("to_version", json!(3)), "to_version"),
            (body("session", json!({ "sdp_type": "answer", "sdp": "v=0" })), "sdp_type"),
        ];
        for (body, name) in cases {
            let error = parse(body.clone()).unwrap_err();
            assert_eq!((error.name(), error.blame()), ("invalid_parameter", Some(name)), "{body}");
        }
        let empty = parse(body("session", json!({ "sdp_type": "offer", "sdp": "" })));
        assert_eq!(empty, Err(GraphError::ConnectionInfoMissing { name: "sdp" }));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let session = json!({ "sdp_type": "offer", "sdp": "v=0" });
        let blamed = [
            (json!({}), "action"),
            (json!({ "action": 5 }), "action"),
            (json!({ "action": "dial" }), "action"),
            (json!({ "call_id": "c_x", "to": "77" }), "action"),
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
