use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{Call, CallId, Side, State};

use super::DeviceEvent;
use crate::Service;

/// How many offers the server has made to the devices of live calls: the version of each is one more than the last.
/// Lost with the process, as the bridges are.
#[derive(Default)]
pub(crate) struct OfferCount(Mutex<HashMap<CallId, u32>>);

impl OfferCount {
    fn next(&self, call: CallId) -> u32 {
        let mut counts = self.lock();
        let count = counts.entry(call).or_default();
        *count += 1;
        *count
    }

    pub(crate) fn forget(&self, call: CallId) {
        self.lock().remove(&call);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, u32>> {
        // Every change leaves the map whole, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    /// Sends the server's offer, if there is one, to the device in the call.
    pub(crate) fn offer_device(&self, call: &Call, offer: Option<String>) {
        let (Some(sdp), State::Calling { device } | State::Connected { device, .. }) = (offer, &call.state) else {
            return;
        };
        self.note_own_offer(call.id, Side::Consumer, Some(&sdp));
        let event = DeviceEvent::Offer { call: call.id, version: self.inner.device_offers.next(call.id), sdp };
        self.inner.devices.tell(call.page, call.psid, &event, |name| name == device);
        self.media().offer_sent(call.id, Side::Consumer);
        // The channel delivers in order or breaks, and a device that comes back negotiates anew.
        self.media().offer_delivered(call.id, Side::Consumer);
    }
}
