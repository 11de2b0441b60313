use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as NotListed;

use super::Refusal;

/// What a refusal means: by Offhook's stable name, or by the numbers that Meta documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reason {
    /// The token is missing, unknown, expired or revoked.
    InvalidToken,
    InvalidAppSecretProof,
    /// The token lacks a permission, or is for another Page.
    MissingPermission,
    /// No such Page, or not the token's.
    InvalidPage,
    InvalidParameter,
    /// The Page has no such consumer.
    InvalidPsid,
    /// The consumer has not permitted calls.
    NoCallPermission,
    /// The Page's `audio_enabled` is off.
    CallingNotEnabled,
    /// Meta has not admitted the Page to calling.
    NotAllowListed,
    ConnectionInfoMissing,
    InvalidSdp,
    InvalidCallId,
    /// The call is another Page's.
    PageNotInCall,
    /// The call is another app's.
    NotCallOwner,
    CallFailed,
    CallEnded,
    AlreadyAccepted,
    AlreadyRejected,
    AlreadyTerminated,
    /// The action does not fit the side that started the call.
    WrongDirection,
    /// The session has another version than the update started from.
    VersionConflict,
    InvalidTrack,
    /// Asked for permission too often, or it is held already.
    PermissionRequestLimit,
    /// The last message of the consumer is more than 24 hours old.
    OutsideMessagingWindow,
    ConsumerBusy,
    RateLimited,
    CallQuotaReached,
    MetricsRefused,
    SettingsRefused,
    /// For the moment; so is [`Reason::Draining`].
    Overloaded,
    Draining,
    /// A bug of the server's.
    Internal,
    /// Anything else; the numbers and the message tell.
    Unlisted,
}

impl Reason {
    pub(super) fn of(refusal: &Refusal) -> Self {
        refusal.name().map_or_else(|| Self::from_numbers(refusal.code, refusal.error_subcode), Self::from_name)
    }

    fn from_name(name: &str) -> Self {
        let named: Result<Self, NotListed> = Self::deserialize(name.into_deserializer());
        named.unwrap_or(Self::Unlisted)
    }

    /// Meta's error pages. A calling error has its meaning in the subcode, under the code -1.
    fn from_numbers(code: i64, subcode: Option<i64>) -> Self {
        match (code, subcode) {
            (_, Some(2018001)) => Self::InvalidPsid,
            (_, Some(2018278)) => Self::OutsideMessagingWindow,
            (_, Some(2018389)) => Self::NotAllowListed,
            (_, Some(2018390)) => Self::InvalidCallId,
            (_, Some(2018391)) => Self::ConnectionInfoMissing,
            (_, Some(2018392)) => Self::InvalidSdp,
            (_, Some(2018393)) => Self::PageNotInCall,
            (_, Some(2018394)) => Self::NotCallOwner,
            (_, Some(2018395)) => Self::CallFailed,
            (_, Some(2018396)) => Self::CallEnded,
            (_, Some(1893056)) => Self::CallingNotEnabled,
            (1, _) => Self::Internal,
            (2, _) => Self::Overloaded,
            (102 | 190, _) => Self::InvalidToken,
            (3 | 10 | 200..=299, _) => Self::MissingPermission,
            (4 | 17 | 32 | 341 | 613, _) => Self::RateLimited,
            (100, Some(33)) => Self::InvalidPage,
            (100, _) => Self::InvalidParameter,
            (_, _) => Self::Unlisted,
        }
    }
}
