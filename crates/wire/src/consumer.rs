//! Messages of the consumer's channel (`/consumer/v1`, JSON text frames); documented in docs/consumer-protocol.md.

use offhook_call::{
    CallId, DeviceId, EndReason, EntryId, MessageText, PageId, PermissionResponse, PermissionStatus, Psid, Status,
    Time, TrackLabel,
};
use serde::{Deserialize, Serialize};

use crate::ThreadEntry;
use crate::calls::TRACKS_MAX;

/// WebSocket close codes of the consumer's channel.
pub mod close_code {
    /// A first message that is no `hello`, a binary message, or one that is too large.
    pub const BAD_MESSAGE: u16 = 4400;
    /// The token is missing, unknown or expired.
    pub const BAD_TOKEN: u16 = 4401;
    /// No `hello` within ten seconds.
    pub const HELLO_TIMEOUT: u16 = 4408;
    /// The same device connected again; this connection is the older one.
    pub const REPLACED: u16 = 4409;
    /// The consumer has too many other devices connected.
    pub const TOO_MANY_DEVICES: u16 = 4429;
    /// The server is stopping; connect again soon.
    pub const GOING_AWAY: u16 = 1001;
    /// A bug or a broken store; the server's log has it.
    pub const INTERNAL: u16 = 1011;
}

/// What a device says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum DeviceMessage {
    /// Always first: who this is. A device keeps its name across reconnects and reloads.
    Hello {
        token: String,
        device: DeviceId,
    },
    /// The incoming call is shown.
    Ringing {
        call: CallId,
    },
    /// Picks up, with an SDP offer.
    Accept {
        call: CallId,
        sdp: String,
    },
    /// Picks a call that this device is in up again with a new SDP offer, after its media was lost (a reload).
    Resume {
        call: CallId,
        sdp: String,
    },
    Decline {
        call: CallId,
    },
    /// Calls the business, with an SDP offer. `via`: the entry of the thread whose call button was tapped.
    Call {
        sdp: String,
        #[serde(default, skip_serializing_if = "Tracks::is_empty")]
        tracks: Tracks,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<EntryId>,
    },
    /// Changes the media of the call that this device is in: a new SDP offer, tracks switched on or off, or both.
    Update {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
        #[serde(default, skip_serializing_if = "Tracks::is_empty")]
        tracks: Tracks,
    },
    /// Hangs up, or gives up calling.
    HangUp {
        call: CallId,
    },
    /// Writes to the business.
    Message {
        text: MessageText,
    },
    /// Answers the permission request that `entry` is.
    PermissionReply {
        entry: EntryId,
        response: PermissionResponse,
    },
    /// The business may not call any more.
    RevokePermission {},
    /// Taps the postback button of `entry` that has this payload.
    Postback {
        entry: EntryId,
        payload: String,
    },
}

/// At most [`TRACKS_MAX`] tracks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Track>", into = "Vec<Track>")]
pub struct Tracks(Vec<Track>);

/// A track in Meta's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// The track's id in the device's SDP; absent: the track that bears the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msid: Option<String>,
    pub label: TrackLabel,
    pub status: TrackStatus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackStatus {
    Enabled,
    Disabled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {TRACKS_MAX} tracks")]
pub struct TooManyTracks;

impl Tracks {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<Vec<Track>> for Tracks {
    type Error = TooManyTracks;

    fn try_from(tracks: Vec<Track>) -> Result<Self, TooManyTracks> {
        if tracks.len() > TRACKS_MAX { Err(TooManyTracks) } else { Ok(Self(tracks)) }
    }
}

impl From<Tracks> for Vec<Track> {
    fn from(tracks: Tracks) -> Self {
        tracks.0
    }
}

impl From<Tracks> for Vec<offhook_call::Track> {
    fn from(tracks: Tracks) -> Self {
        let track =
            |Track { msid, label, status }| offhook_call::Track { msid, label, on: status == TrackStatus::Enabled };
        tracks.0.into_iter().map(track).collect()
    }
}

/// What the server says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello`. `call` is the consumer's live call, to be picked up again.
    Welcome {
        page: PageInfo,
        psid: Psid,
        name: String,
        call: Option<LiveCall>,
        settings: SettingsInfo,
        permission: PermissionInfo,
        /// The newest 50, oldest first.
        thread: Vec<ThreadEntry>,
    },
    /// Something new stands in the thread; or, under an id that was there, something has changed.
    Entry {
        entry: ThreadEntry,
    },
    /// The Page's settings changed, or it opened or closed.
    Settings {
        settings: SettingsInfo,
    },
    /// The business may call, or no longer.
    Permission {
        permission: PermissionInfo,
    },
    /// The business calls.
    Incoming {
        call: CallId,
        page: PageInfo,
        ring_until: Time,
    },
    /// The answer to `accept` and `resume`: an SDP answer.
    Accepted {
        call: CallId,
        sdp: String,
    },
    /// The server's own offer: apply it, create an answer and apply that locally; nothing is sent back.
    Offer {
        call: CallId,
        version: u32,
        sdp: String,
    },
    /// The answer to `call`: the call waits for the business until `ring_until`; `sdp` is the SDP answer.
    Calling {
        call: CallId,
        ring_until: Time,
        sdp: String,
    },
    /// The answer to `update`: an SDP answer, if there was an offer.
    Updated {
        call: CallId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sdp: Option<String>,
    },
    /// The business picked up the call that this device waits in. An offer follows.
    Answered {
        call: CallId,
        since: Time,
    },
    /// Another device of this consumer picked up.
    AnsweredElsewhere {
        call: CallId,
    },
    Ended {
        call: CallId,
        status: Status,
        reason: EndReason,
        seconds: u64,
    },
    /// A message was refused; nothing changed.
    Error {
        call: Option<CallId>,
        error: String,
        detail: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageInfo {
    pub id: PageId,
    pub name: String,
}

/// What the Page's settings mean for its consumers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettingsInfo {
    /// Consumers may call at all.
    pub audio: bool,
    pub video: bool,
    /// There is a call button beside those that the business sends.
    pub icon: bool,
    /// The Page takes calls at this hour.
    pub open: bool,
    /// When it does again; null if it is open or never will be.
    pub next_opening: Option<Time>,
}

/// May the business call?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionInfo {
    pub granted: bool,
    /// When that ends; null if it is not granted.
    pub expires_at: Option<Time>,
}

impl From<PermissionStatus> for PermissionInfo {
    fn from(status: PermissionStatus) -> Self {
        match status {
            PermissionStatus::Granted { expires_at } => Self { granted: true, expires_at: Some(expires_at) },
            PermissionStatus::None => Self { granted: false, expires_at: None },
        }
    }
}

/// A live call as a device finds it when it connects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LiveCall {
    Ringing {
        id: CallId,
        ring_until: Time,
    },
    /// The consumer calls and nobody has answered yet. `mine`: this device waits.
    Calling {
        id: CallId,
        ring_until: Time,
        mine: bool,
    },
    /// `mine`: this device is in the call and may resume it.
    Connected {
        id: CallId,
        since: Time,
        mine: bool,
    },
}
