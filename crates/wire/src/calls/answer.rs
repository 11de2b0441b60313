use offhook_call::CallId;
use serde::{Deserialize, Serialize};

use crate::Sdp;

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
}
