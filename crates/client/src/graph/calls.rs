use serde::Deserialize;
use serde_json::{Value, json};

use super::{CallId, Error, Graph, PageId, Psid, Track};

/// The answer to `connect`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "CallAnswer")]
pub struct Connected {
    pub call: CallId,
    /// The server's SDP answer.
    pub answer: String,
    /// An SDP offer of the server's own: apply it after the answer, answer it locally, send nothing back.
    pub renegotiation: Option<String>,
}

/// The answer to `accept`; the parts are as in [`Connected`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "CallAnswer")]
pub struct Answered {
    pub answer: String,
    pub renegotiation: Option<String>,
}

/// The answer to `media_update`; the parts are as in [`Connected`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "CallAnswer")]
pub struct Negotiated {
    /// `None` if no offer was sent, or if the update collided with one of the other side's: apply the `media_update`
    /// webhook that is under way, and try again from its version.
    pub answer: Option<String>,
    /// Counts as a version of its own.
    pub renegotiation: Option<String>,
}

/// A change of what the business sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaUpdate {
    /// The version that the session has: 0 once the call is accepted, then one more for each change of either side.
    pub from_version: u32,
    /// The tracks to add or to change.
    pub tracks: Vec<Track>,
    /// The business's SDP; `None` to switch tracks that the server knows already.
    pub offer: Option<String>,
}

impl Graph {
    /// Calls a consumer: `offer` is the business's SDP.
    pub async fn connect(&self, page: PageId, to: Psid, offer: &str) -> Result<Connected, Error> {
        self.send(self.post(page, CALLS, &connect(to, offer))).await
    }

    /// As [`connect`](Self::connect), under a key of the caller's own, 1 to 255 characters of ASCII: repeated within 24
    /// hours, after a broken connection for example, it gives the first answer and calls nobody again. Offhook's own;
    /// other servers pay no heed to the key (`Idempotency-Key`).
    pub async fn connect_once(&self, page: PageId, to: Psid, offer: &str, key: &str) -> Result<Connected, Error> {
        self.send(self.post(page, CALLS, &connect(to, offer)).header("Idempotency-Key", key)).await
    }

    /// Answers a call that a consumer started: `offer` is the business's SDP. 60 seconds after the `connect` webhook it
    /// is too late. The app whose accept is the first owns the call.
    pub async fn accept(&self, page: PageId, call: &CallId, offer: &str) -> Result<Answered, Error> {
        let mut body = action("accept", call);
        body["session"] = session(offer);
        self.send(self.post(page, CALLS, &body)).await
    }

    /// Refuses a call that a consumer started.
    pub async fn reject(&self, page: PageId, call: &CallId) -> Result<(), Error> {
        self.done(self.post(page, CALLS, &action("reject", call))).await
    }

    /// Ends a call, or stops calling.
    pub async fn terminate(&self, page: PageId, call: &CallId) -> Result<(), Error> {
        self.done(self.post(page, CALLS, &action("terminate", call))).await
    }

    /// Changes what the business sends in a connected call.
    pub async fn media_update(&self, page: PageId, call: &CallId, update: &MediaUpdate) -> Result<Negotiated, Error> {
        let mut body = action("media_update", call);
        body["from_version"] = update.from_version.into();
        body["to_version"] = (update.from_version + 1).into();
        body["tracks"] = json!(update.tracks);
        if let Some(offer) = &update.offer {
            body["session"] = session(offer);
        }
        self.send(self.post(page, CALLS, &body)).await
    }
}

const CALLS: &str = "calls";

const PLATFORM: &str = "messenger";

fn connect(to: Psid, offer: &str) -> Value {
    json!({ "platform": PLATFORM, "action": "connect", "to": to, "session": session(offer) })
}

fn session(offer: &str) -> Value {
    json!({ "sdp_type": "offer", "sdp": offer })
}

fn action(action: &str, call: &CallId) -> Value {
    json!({ "platform": PLATFORM, "action": action, "call_id": call })
}

/// Every form of an answer on `/calls`: the call's id under either name, or not at all.
#[derive(Deserialize)]
struct CallAnswer {
    id: Option<CallId>,
    call_id: Option<CallId>,
    #[serde(default)]
    session: Option<Session>,
}

#[derive(Deserialize, Default)]
struct Session {
    #[serde(default)]
    sdp_response: Option<Description>,
    #[serde(default)]
    sdp_renegotiation: Option<Description>,
}

/// A session description: an object, or only its text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Description {
    Text(String),
    Object { sdp: String },
}

impl Description {
    /// The SDP; a collision leaves it empty.
    pub(crate) fn into_sdp(self) -> Option<String> {
        let (Self::Text(sdp) | Self::Object { sdp }) = self;
        (!sdp.trim().is_empty()).then_some(sdp)
    }
}

/// What an answer lacks.
#[derive(Debug, thiserror::Error)]
enum Lacking {
    #[error("the answer names no call")]
    Call,
    #[error("the answer holds no sdp_response")]
    Answer,
}

impl From<CallAnswer> for Negotiated {
    fn from(given: CallAnswer) -> Self {
        let session = given.session.unwrap_or_default();
        Self {
            answer: session.sdp_response.and_then(Description::into_sdp),
            renegotiation: session.sdp_renegotiation.and_then(Description::into_sdp),
        }
    }
}

impl TryFrom<CallAnswer> for Answered {
    type Error = Lacking;

    fn try_from(given: CallAnswer) -> Result<Self, Lacking> {
        let Negotiated { answer, renegotiation } = given.into();
        Ok(Self { answer: answer.ok_or(Lacking::Answer)?, renegotiation })
    }
}

impl TryFrom<CallAnswer> for Connected {
    type Error = Lacking;

    fn try_from(given: CallAnswer) -> Result<Self, Lacking> {
        let call = given.id.clone().or_else(|| given.call_id.clone()).ok_or(Lacking::Call)?;
        let Answered { answer, renegotiation } = given.try_into()?;
        Ok(Self { call, answer, renegotiation })
    }
}
