use serde::{Deserialize, Serialize};

/// One of a party's media tracks, as the party describes it (`tracks` of the Calling API's `media_update`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// The party's own id of the track, from `a=msid` of its offer; `None` means the track that bears the label.
    pub msid: Option<String>,
    pub label: TrackLabel,
    /// Whether media flows: a muted microphone and a camera that is switched off are not on.
    pub on: bool,
}

/// What a track shows. A party has at most one track of each label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackLabel {
    DefaultAudio,
    DefaultVideo,
    ScreenAudio,
    ScreenVideo,
}

impl TrackLabel {
    pub fn is_video(self) -> bool {
        match self {
            Self::DefaultVideo | Self::ScreenVideo => true,
            Self::DefaultAudio | Self::ScreenAudio => false,
        }
    }
}

/// In which section of its SDP a business gets the consumer's audio (contract section 6, "Consumer audio").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsumerAudio {
    /// In the business's own section until it has applied the server's offer, then in the section that this adds.
    #[default]
    Both,
    /// Only in the section that the server's offer adds, as Meta declares it.
    OwnSection,
    /// Only in the business's own section: the server's offer adds none for audio.
    SameSection,
}
