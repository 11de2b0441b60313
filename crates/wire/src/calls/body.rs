use serde::Serialize;
use utoipa::ToSchema;

use crate::{Sdp, schema};

/// The body of `POST /{page-id}/calls`, as [`CallRequest`](super::CallRequest) reads it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum CallBody {
    /// Calls a consumer; `session` is an SDP offer.
    Connect {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        platform: Option<Platform>,
        #[schema(value_type = schema::Psid)]
        to: String,
        session: Sdp,
    },
    /// Picks up a call that a consumer started; `session` is an SDP offer.
    Accept {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        platform: Option<Platform>,
        #[schema(value_type = schema::CallId)]
        call_id: String,
        session: Sdp,
    },
    /// Refuses a call that a consumer started.
    Reject {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        platform: Option<Platform>,
        #[schema(value_type = schema::CallId)]
        call_id: String,
    },
    /// Changes the business's media: `tracks` switched on or off, an SDP offer in `session`, or both.
    MediaUpdate {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        platform: Option<Platform>,
        #[schema(value_type = schema::CallId)]
        call_id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        session: Option<Sdp>,
        #[schema(max_items = 4)]
        tracks: Vec<TrackBody>,
        from_version: u32,
        /// `from_version` and one.
        to_version: u32,
    },
    /// Ends a call.
    Terminate {
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        platform: Option<Platform>,
        #[schema(value_type = schema::CallId)]
        call_id: String,
    },
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    Messenger,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TrackBody {
    /// The track's id in the SDP.
    #[schema(min_length = 1)]
    msid: String,
    label: LabelBody,
    status: SwitchBody,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LabelBody {
    DefaultAudio,
    DefaultVideo,
    ScreenAudio,
    ScreenVideo,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SwitchBody {
    Enabled,
    Disabled,
}
