//! What the service tells a device, in the protocol's words.

use offhook_call::{Call, DeviceId, State};
use offhook_service::{Attached, DeviceEvent, Page, Service, SettingsView, ThreadItem, Welcome};
use offhook_wire::ThreadEntry;
use offhook_wire::consumer::{LiveCall, PageInfo, ServerMessage, SettingsInfo};

pub(super) fn welcome(service: &Service, attached: &Attached) -> ServerMessage {
    let Welcome { page, consumer, call, settings, permission, thread } = attached.welcome.clone();
    let call = call.and_then(|call| live_call(service, &call, &attached.address.device));
    ServerMessage::Welcome {
        page: info(page),
        psid: consumer.psid,
        name: consumer.name,
        call,
        settings: settings_info(settings),
        permission: permission.into(),
        thread: thread.iter().map(entry).collect(),
    }
}

fn live_call(service: &Service, call: &Call, me: &DeviceId) -> Option<LiveCall> {
    match &call.state {
        State::Dialing | State::Ringing { .. } => {
            Some(LiveCall::Ringing { id: call.id, ring_until: service.ring_until(call) })
        }
        State::Calling { device } => {
            Some(LiveCall::Calling { id: call.id, ring_until: service.ring_until(call), mine: device == me })
        }
        State::Connected { since, device } => {
            Some(LiveCall::Connected { id: call.id, since: *since, mine: device == me })
        }
        State::Ended(_) => None,
    }
}

pub(super) fn event(event: DeviceEvent) -> ServerMessage {
    match event {
        DeviceEvent::Incoming { call, page, ring_until } => {
            ServerMessage::Incoming { call, page: info(page), ring_until }
        }
        DeviceEvent::AnsweredElsewhere { call } => ServerMessage::AnsweredElsewhere { call },
        DeviceEvent::Answered { call, since } => ServerMessage::Answered { call, since },
        DeviceEvent::Ended { call, status, reason, connected_for } => {
            ServerMessage::Ended { call, status, reason, seconds: connected_for.as_secs() }
        }
        DeviceEvent::Entry(item) => ServerMessage::Entry { entry: entry(&item) },
        DeviceEvent::Settings(view) => ServerMessage::Settings { settings: settings_info(view) },
        DeviceEvent::Permission(status) => ServerMessage::Permission { permission: status.into() },
        DeviceEvent::Offer { call, version, sdp } => ServerMessage::Offer { call, version, sdp },
    }
}

/// A thread's item as consumers see it.
pub(crate) fn entry(item: &ThreadItem) -> ThreadEntry {
    match item {
        ThreadItem::Entry(entry) => entry.into(),
        ThreadItem::Call(call) => call.into(),
    }
}

fn settings_info(view: SettingsView) -> SettingsInfo {
    let SettingsView { audio, video, icon, open, next_opening } = view;
    SettingsInfo { audio, video, icon, open, next_opening }
}

fn info(page: Page) -> PageInfo {
    PageInfo { id: page.id, name: page.name }
}
