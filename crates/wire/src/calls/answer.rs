use offhook_call::CallId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Compat, Sdp, SdpShape};

/// The answer to a call action that carries SDP (contract section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallAnswer {
    pub success: bool,
    /// The call, under both names that Meta's pages use.
    pub id: CallId,
    pub call_id: CallId,
    pub session: CallSession,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSession {
    pub sdp_response: Sdp,
}

impl CallAnswer {
    /// The answer to `connect`; `sdp` is the server's SDP answer.
    pub fn connected(call: CallId, sdp: String) -> Self {
        Self { success: true, id: call, call_id: call, session: CallSession { sdp_response: Sdp::answer(sdp) } }
    }

    /// As the app wants it.
    pub fn render(&self, compat: &Compat) -> Value {
        let mut answer = json!(self);
        match (compat.sdp_shape, &mut answer["session"]) {
            (SdpShape::String, Value::Object(session)) => session.values_mut().for_each(|sdp| *sdp = sdp["sdp"].take()),
            (SdpShape::String | SdpShape::Object, _) => {}
        }
        answer
    }
}
