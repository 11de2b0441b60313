//! A session description on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `{"sdp_type": "offer" | "answer", "sdp": "v=0…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sdp {
    pub sdp_type: SdpType,
    pub sdp: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SdpType {
    Offer,
    Answer,
}

impl Sdp {
    pub fn offer(sdp: String) -> Self {
        Self { sdp_type: SdpType::Offer, sdp }
    }

    pub fn answer(sdp: String) -> Self {
        Self { sdp_type: SdpType::Answer, sdp }
    }
}
