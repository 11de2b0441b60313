//! What a device was told last: the measure of what it must be told.

use offhook_call::{Call, CallId, DeviceId, PermissionStatus, State};

use super::DeviceEvent;
use crate::SettingsView;

/// What one connection of a device was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// The call that the device shows.
    pub(crate) call: Option<(CallId, Shown)>,
    /// `None` until the device is welcomed.
    pub(crate) permission: Option<PermissionStatus>,
    /// `None` until the device is welcomed.
    pub(crate) settings: Option<SettingsView>,
}

/// How a device shows a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The business calls.
    Ringing,
    /// The device calls and waits.
    Calling,
    /// The device is in the call.
    Connected,
}

/// What a device must hear so that it shows what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    Incoming,
    AnsweredElsewhere(CallId),
    Answered,
    Ended(CallId),
}

impl Told {
    pub(super) fn note(&mut self, event: &DeviceEvent) {
        match event {
            DeviceEvent::Incoming { call, .. } => self.call = Some((*call, Shown::Ringing)),
            DeviceEvent::Answered { call, .. } => self.call = Some((*call, Shown::Connected)),
            DeviceEvent::AnsweredElsewhere { call } | DeviceEvent::Ended { call, .. } => {
                self.call = self.call.filter(|(shown, _)| shown != call);
            }
            DeviceEvent::Permission(status) => self.permission = Some(*status),
            DeviceEvent::Settings(view) => self.settings = Some(*view),
            DeviceEvent::Entry(_) | DeviceEvent::Offer { .. } => {}
        }
    }

    /// Whether the device knows otherwise. Before its welcome nothing is news to it.
    pub(super) fn is_news(&self, event: &DeviceEvent) -> bool {
        match event {
            DeviceEvent::Permission(status) => self.permission.is_some_and(|told| told != *status),
            DeviceEvent::Settings(view) => self.settings.is_some_and(|told| told != *view),
            DeviceEvent::Incoming { .. }
            | DeviceEvent::AnsweredElsewhere { .. }
            | DeviceEvent::Answered { .. }
            | DeviceEvent::Ended { .. }
            | DeviceEvent::Entry(_)
            | DeviceEvent::Offer { .. } => true,
        }
    }

    /// What this device was not told though its consumer's live call asks for it, in order.
    pub(crate) fn missing(&self, live: Option<&Call>, device: &DeviceId) -> Vec<Missing> {
        let over = self.call.filter(|(shown, _)| live.is_none_or(|live| live.id != *shown));
        let mut missing: Vec<_> = over.map(|(call, _)| Missing::Ended(call)).into_iter().collect();
        let Some(live) = live else { return missing };
        let shown = self.call.filter(|(call, _)| *call == live.id).map(|(_, shown)| shown);
        match (shown, due(live, device)) {
            (None, Some(Shown::Ringing)) => missing.push(Missing::Incoming),
            (Some(Shown::Calling), Some(Shown::Connected)) => missing.push(Missing::Answered),
            (Some(Shown::Ringing), None) => missing.push(Missing::AnsweredElsewhere(live.id)),
            // What a device did itself it knows by the answer.
            (_, Some(Shown::Ringing | Shown::Calling | Shown::Connected)) | (_, None) => {}
        }
        missing
    }
}

/// How the device shows the live call when it was told everything.
pub(crate) fn due(call: &Call, device: &DeviceId) -> Option<Shown> {
    match &call.state {
        State::Dialing | State::Ringing { .. } => Some(Shown::Ringing),
        State::Calling { device: caller } => (caller == device).then_some(Shown::Calling),
        State::Connected { device: holder, .. } => (holder == device).then_some(Shown::Connected),
        State::Ended(_) => None,
    }
}
