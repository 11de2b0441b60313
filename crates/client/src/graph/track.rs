use serde::Serialize;

pub use offhook_call::TrackLabel;
pub use offhook_wire::consumer::TrackStatus;

/// A track of the business's, as `media_update` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Track {
    /// The track's id in the `msid` line of the offer.
    pub msid: String,
    pub label: TrackLabel,
    pub status: TrackStatus,
}
