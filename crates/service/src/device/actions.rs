//! What a device does with a call.

use offhook_call::{Call, CallId, Command, ConsumerAudio, Side};

use super::{AcceptError, DeviceAddress};
use crate::faults::leg_of;
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
        let asked = self.moment();
        let _turn = self.inner.turns.take(call).await;
        let found = self.check_device(from, call, Command::Accept { device: from.device.clone(), offer: None }).await?;
        let tracks = self.permitted(from.page, &[]).await?.ok_or(AcceptError::VideoNotEnabled)?;
        let Negotiated { answer, offer: own_offer, far_offer, open } =
            self.negotiate(leg_of(&found, Side::Consumer), offer, &tracks, ConsumerAudio::Both)?;
        let accept = Command::Accept { device: from.device.clone(), offer: far_offer.clone() };
        let applied = self.commit(call, accept).await?.ok_or(AcceptError::UnknownCall)??;
        open();
        self.act(&applied).await;
        self.note_offer(call, Side::Consumer, asked, offer, &answer);
        self.note_own_offer(call, Side::Business, far_offer.as_deref());
        self.offer_device(&applied.call, own_offer);
        Ok(answer)
    }

    async fn command(&self, from: &DeviceAddress, call: CallId, command: Command) -> Result<(), AcceptError> {
        self.call_of(from, call).await?;
        self.apply(call, command).await?.ok_or(AcceptError::UnknownCall)??;
        Ok(())
    }

    /// Says early what speaks against a command, before anything else of the message is looked at; the call as it is.
    pub(super) async fn check_device(
        &self,
        from: &DeviceAddress,
        call: CallId,
        command: Command,
    ) -> Result<Call, AcceptError> {
        let found = self.call_of(from, call).await?;
        found.apply(command, self.now(), &self.limits().call)?;
        Ok(found)
    }

    /// The call, if it is this consumer's.
    async fn call_of(&self, from: &DeviceAddress, call: CallId) -> Result<Call, AcceptError> {
        let found = self.store().call(call).await?;
        let own = |found: &Call| found.page == from.page && found.psid == from.psid;
        found.filter(own).ok_or(AcceptError::UnknownCall)
    }
}
