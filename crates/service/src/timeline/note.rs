//! What is noted, and by whom.

use std::iter;

use offhook_call::fault::{ApiFault, Fault, FaultId};
use offhook_call::{Author, CallId, Duration, Happening, SdpRole, Seat, Side};

use offhook_store::DeliveryId;

use super::recorder::Steady;
use crate::faults::strikes;
use crate::{Caller, DeviceAddress, Service};

/// A request to the API and its answer; the bodies are JSON without tokens.
#[derive(Debug, Clone)]
pub struct ApiExchange {
    pub method: String,
    pub path: String,
    pub action: Option<String>,
    pub trace: String,
    pub body: String,
    pub status: u16,
    /// Stable name of the error.
    pub error: Option<String>,
    pub answer: String,
    /// What struck it in a sandbox.
    pub fault: Option<(FaultId, ApiFault)>,
    /// From the request to its answer, which is given now.
    pub took: Duration,
}

impl Service {
    /// Whether anything is recorded at all.
    pub fn records_timelines(&self) -> bool {
        self.inner.recorder.settings.enabled
    }

    /// Something happened to the call now. A call that is not live any more, or not recorded, is left alone.
    pub fn note(&self, call: CallId, what: Happening) {
        self.note_at(call, self.moment(), [what]);
    }

    /// Something happened to the call so long ago.
    pub fn note_past(&self, call: CallId, age: Duration, what: Happening) {
        self.note_at(call, self.moment().saturating_sub(age), [what]);
    }

    /// An app asked for something about the call and is answered now. What it asks about a call of another Page is not
    /// that call's affair.
    pub fn note_exchange(&self, caller: Caller, call: CallId, exchange: ApiExchange) {
        let ApiExchange { method, path, action, trace, body, status, error, answer, fault, took } = exchange;
        let (now, took_us) = (self.moment(), u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        let request =
            Happening::Request { app: caller.app, method, path, action, trace: trace.clone(), body: cut(body) };
        let fault = fault.map(|(id, fault)| strikes("the request", id, &Fault::Api(fault)));
        let answer = Happening::Answer { trace, status, error, took_us, body: cut(answer) };
        let recorder = &self.inner.recorder;
        recorder.note(
            call,
            now.saturating_sub(took),
            |record| record.page == caller.page,
            iter::once(request).chain(fault),
        );
        recorder.note(call, now, |record| record.page == caller.page, [answer]);
    }

    /// A webhook of the call was tried; it began so long ago as it took.
    pub fn note_try(&self, call: CallId, delivery: DeliveryId, number: u32, status: Option<u16>, took: Duration) {
        let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.note_past(call, took, Happening::Webhook { delivery: delivery.0, number, status, took_us });
    }

    /// A device said something about the call so long ago.
    pub fn note_said(&self, from: &DeviceAddress, call: CallId, age: Duration, message: String) {
        let said = Happening::Said { device: from.device.clone(), message: cut(message) };
        self.note_of_device(from, call, self.moment().saturating_sub(age), said);
    }

    /// A device was told something about the call.
    pub fn note_told(&self, to: &DeviceAddress, call: CallId, message: String) {
        let told = Happening::Told { device: to.device.clone(), message: cut(message) };
        self.note_of_device(to, call, self.moment(), told);
    }

    /// An agent's device said something about a call that the agent knows of, so long ago.
    pub fn note_agent_said(&self, from: &Seat, call: CallId, age: Duration, message: String) {
        self.note_past(call, age, Happening::AgentSaid { seat: from.clone(), message: cut(message) });
    }

    /// An agent's device was told something about a call that the agent knows of.
    pub fn note_agent_told(&self, to: &Seat, call: CallId, message: String) {
        self.note(call, Happening::AgentTold { seat: to.clone(), message: cut(message) });
    }

    pub(crate) fn moment(&self) -> Steady {
        self.inner.parts.clock.elapsed()
    }

    pub(crate) fn note_at(&self, call: CallId, at: Steady, what: impl IntoIterator<Item = Happening>) {
        self.inner.recorder.note(call, at, |_| true, what);
    }

    /// A party's offer and the server's answer to it, which are in force.
    pub(crate) fn note_offer(&self, call: CallId, side: Side, at: Steady, offer: &str, answer: &str) {
        let sdp = |author, role, text: &str| Happening::Sdp { side, author, role, text: text.to_owned() };
        let offered = sdp(Author::Party, SdpRole::Offer, offer);
        self.note_at(call, at, [offered, sdp(Author::Server, SdpRole::Answer, answer)]);
    }

    /// The server's own offer to a side.
    pub(crate) fn note_own_offer(&self, call: CallId, side: Side, offer: Option<&str>) {
        let sdp =
            |text: &str| Happening::Sdp { side, author: Author::Server, role: SdpRole::Offer, text: text.to_owned() };
        self.note_at(call, self.moment(), offer.map(sdp));
    }

    fn note_of_device(&self, device: &DeviceAddress, call: CallId, at: Steady, what: Happening) {
        let is_its = |page, psid| page == device.page && psid == device.psid;
        self.inner.recorder.note(call, at, |record| is_its(record.page, record.psid), [what]);
    }
}

/// What is longer than anything that is of use.
fn cut(mut text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push('…');
    }
    text
}

/// As long as the longest session description.
const TEXT_BYTES_MAX: usize = 64 * 1024;
