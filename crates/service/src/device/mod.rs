//! A consumer's devices: presence, ringing, picking up, calling.

mod actions;
mod attach;
mod call_business;
mod offers;
mod registry;
mod told;
mod update;

use offhook_call::{
    Call, CallId, DeviceId, Duration, EndReason, Ended, PageId, PermissionStatus, Psid, Refused, Status, Time,
};
use offhook_store::{Page, ThreadItem};

use crate::{NegotiateError, SettingsView, UnknownTrack};

pub use attach::{Attached, DeviceError, Welcome};
pub use call_business::{CallBusiness, CallBusinessError, Calling};
pub(crate) use offers::OfferCount;
pub(crate) use registry::Registry;
pub(crate) use told::{Missing, Told};

/// Which device of which consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceAddress {
    pub page: PageId,
    pub psid: Psid,
    pub device: DeviceId,
}

/// What a device is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceEvent {
    /// The business calls.
    Incoming { call: CallId, page: Page, ring_until: Time },
    /// Another device of the consumer picked up.
    AnsweredElsewhere { call: CallId },
    /// The business picked up the call that the device waits in.
    Answered { call: CallId, since: Time },
    /// The call is over; `connected_for` is zero if it was never picked up.
    Ended { call: CallId, status: Status, reason: EndReason, connected_for: Duration },
    /// Something stands in the thread that was not there, or is different now: the id tells.
    Entry(ThreadItem),
    /// The Page's settings changed, or it opened or closed.
    Settings(SettingsView),
    /// The business may call, or no longer.
    Permission(PermissionStatus),
    /// The server's own offer for the device's leg.
    Offer { call: CallId, version: u32, sdp: String },
}

impl DeviceEvent {
    pub(crate) fn ended(call: &Call, ended: &Ended) -> Self {
        let (reason, connected_for) = (ended.reason, call.connected_for().unwrap_or_default());
        Self::Ended { call: call.id, status: reason.status(), reason, connected_for }
    }
}

/// Why a device's message changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    #[error("no such call for this consumer")]
    UnknownCall,
    #[error("video is switched off for this Page")]
    VideoNotEnabled,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl From<UnknownTrack> for AcceptError {
    fn from(unknown: UnknownTrack) -> Self {
        Self::Media(unknown.into())
    }
}
