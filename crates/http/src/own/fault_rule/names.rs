//! Names in a fault.

use offhook_call::Side;
use offhook_call::fault::{Moment, WebhookEvent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FaultName {
    WebhookLate,
    WebhookTwice,
    WebhookOutOfOrder,
    WebhookTerminateFirst,
    WebhookDropped,
    WebhookAcknowledgementLost,
    WebhookSlow,
    ApiError,
    ApiAnswerLost,
    ApiSlow,
    VersionCollision,
    MediaIceNeverConnects,
    MediaDtlsFails,
    MediaStopsOneWay,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MomentName {
    Before,
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventName {
    Connect,
    Ringing,
    Accepted,
    MediaUpdate,
    Terminate,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SideName {
    Business,
    Consumer,
}

/// Two enums of the same variants.
macro_rules! same {
    ($one:ty = $other:ty: $($variant:ident),*) => {
        impl From<$one> for $other {
            fn from(one: $one) -> Self {
                match one { $(<$one>::$variant => Self::$variant),* }
            }
        }
        impl From<$other> for $one {
            fn from(other: $other) -> Self {
                match other { $(<$other>::$variant => Self::$variant),* }
            }
        }
    };
}
same!(MomentName = Moment: Before, After);
same!(SideName = Side: Business, Consumer);
same!(EventName = WebhookEvent: Connect, Ringing, Accepted, MediaUpdate, Terminate, Other);
