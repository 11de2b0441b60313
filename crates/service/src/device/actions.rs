//! What a device does with a call.

use offhook_call::{Call, CallId, Command, Refused, Side, State};

use super::{AcceptError, DeviceAddress, DeviceEvent};
use crate::{Negotiated, Service};

impl Service {
    /// The device shows the incoming call.
    pub async fn ringing(&self, from: &DeviceAddress, call: CallId) -> Result<(), AcceptError> {
        self.command(from, call, Command::Ring).await
    }

    pub async fn decline(&self, from: &DeviceAddress, call: CallId) -> Result<(), AcceptError> {
        self.command(from, call, Command::Decline).await
    }

    pub async fn hang_up(&self, from: &DeviceAddress, call: CallId) -> Result<(), AcceptError> {
        self.command(from, call, Command::HangUp { device: from.device.clone() }).await
    }

    /// The device picks up with an SDP offer; returns the answer. The server's own offer follows as an event.
    pub async fn accept(&self, from: &DeviceAddress, call: CallId, offer: &str) -> Result<String, AcceptError> {
        self.call_of(from, call).await?;
        let leg = self.media().negotiate(call, Side::Consumer, offer, &[])?;
        let accept = Command::Accept { device: from.device.clone(), offer: leg.far_offer.clone() };
        self.change(call, accept).await?;
        Ok(self.open_consumer_leg(from, call, leg))
    }

    /// The device in the call comes back with a new SDP offer after it lost its media; returns the answer.
    pub async fn resume(&self, from: &DeviceAddress, call: CallId, offer: &str) -> Result<String, AcceptError> {
        match self.call_of(from, call).await?.state {
            State::Connected { device, .. } if device == from.device => {}
            State::Connected { .. } => return Err(Refused::OtherDevice.into()),
            State::Dialing | State::Ringing { .. } | State::Calling { .. } => return Err(Refused::NotConnected.into()),
            State::Ended(ended) => return Err(Refused::Ended(ended).into()),
        }
        let leg = self.media().negotiate(call, Side::Consumer, offer, &[])?;
        Ok(self.open_consumer_leg(from, call, leg))
    }

    async fn command(&self, from: &DeviceAddress, call: CallId, command: Command) -> Result<(), AcceptError> {
        self.call_of(from, call).await?;
        self.change(call, command).await
    }

    async fn change(&self, call: CallId, command: Command) -> Result<(), AcceptError> {
        self.apply(call, command).await?.ok_or(AcceptError::UnknownCall)??;
        Ok(())
    }

    /// The call, if it is this consumer's.
    async fn call_of(&self, from: &DeviceAddress, call: CallId) -> Result<Call, AcceptError> {
        let found = self.store().call(call).await?;
        let own = |found: &Call| found.page == from.page && found.psid == from.psid;
        found.filter(own).ok_or(AcceptError::UnknownCall)
    }

    fn open_consumer_leg(&self, from: &DeviceAddress, call: CallId, leg: Negotiated) -> String {
        (leg.open)();
        if let Some(sdp) = leg.offer {
            let event = DeviceEvent::Offer { call, version: FIRST_OFFER, sdp };
            self.inner.devices.tell(from.page, from.psid, &event, |device| *device == from.device);
            self.media().offer_sent(call, Side::Consumer);
            // The channel delivers in order or breaks, and a device that comes back negotiates anew.
            self.media().offer_delivered(call, Side::Consumer);
        }
        leg.answer
    }
}

/// Version of the offer that follows a device's own; each new leg counts from here.
const FIRST_OFFER: u32 = 1;
