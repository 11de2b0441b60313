use offhook_call::CallId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{Compat, Sdp, SdpShape, schema};

/// The answer to a call action that carries SDP (contract section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallAnswer {
    pub success: bool,
    /// The call, under both names that Meta's pages use.
    #[schema(value_type = schema::CallId, required = false)]
    pub id: CallId,
    #[schema(value_type = schema::CallId, required = false)]
    pub call_id: CallId,
    /// Absent where no SDP was exchanged: tracks switched without an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub session: Option<CallSession>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallSession {
    pub sdp_response: Sdp,
    /// The server's own offer: to be applied after the answer, and answered locally.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sdp_renegotiation: Option<Sdp>,
}

impl CallAnswer {
    /// The server's SDP answer, and its own offer if it has one.
    pub fn answered(call: CallId, answer: String, renegotiation: Option<String>) -> Self {
        let sdp_renegotiation = renegotiation.map(Sdp::offer);
        let session = CallSession { sdp_response: Sdp::answer(answer), sdp_renegotiation };
        Self { session: Some(session), ..Self::switched(call) }
    }

    /// Tracks were switched, which needs no SDP.
    pub fn switched(call: CallId) -> Self {
        Self { success: true, id: call, call_id: call, session: None }
    }

    /// As the app wants it.
    pub fn render(&self, compat: &Compat) -> Value {
        let mut answer = json!(self);
        match (compat.sdp_shape, answer.get_mut("session")) {
            (SdpShape::String, Some(Value::Object(session))) => {
                session.values_mut().for_each(|sdp| *sdp = sdp["sdp"].take());
            }
            (SdpShape::String | SdpShape::Object, _) => {}
        }
        answer
    }

    /// Nothing was exchanged, because the versions conflict: what apps get that chose
    /// [`EmptySession`](crate::VersionConflict::EmptySession).
    pub fn conflicting(call: CallId) -> Value {
        let mut answer = json!(Self::switched(call));
        answer["session"] = json!({});
        answer
    }
}
