//! What the service tells a device, in the protocol's words.

use offhook_call::{Call, DeviceId, State};
use offhook_service::{Attached, DeviceEvent, Page, Service, Welcome};
use offhook_wire::consumer::{LiveCall, PageInfo, ServerMessage};

pub(super) fn welcome(service: &Service, attached: &Attached) -> ServerMessage {
    let Welcome { page, consumer, call } = attached.welcome.clone();
    let call = call.and_then(|call| live_call(service, &call, &attached.address.device));
    ServerMessage::Welcome { page: info(page), psid: consumer.psid, name: consumer.name, call }
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
        DeviceEvent::Offer { call, version, sdp } => ServerMessage::Offer { call, version, sdp },
    }
}

fn info(page: Page) -> PageInfo {
    PageInfo { id: page.id, name: page.name }
}
