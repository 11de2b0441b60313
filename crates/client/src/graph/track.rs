use serde::Serialize;

/// A track of the business's, as `media_update` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Track {
    /// The track's id in the `msid` line of the offer.
    pub msid: String,
    pub label: TrackLabel,
    pub status: TrackStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackLabel {
    DefaultAudio,
    DefaultVideo,
    ScreenAudio,
    ScreenVideo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackStatus {
    Enabled,
    Disabled,
}
