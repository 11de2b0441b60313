//! The device in the call changes its media, or comes back after it lost it.

use offhook_call::{Applied, CallId, Command, ConsumerAudio, Side, Track};

use super::{AcceptError, DeviceAddress};
use crate::faults::leg_of;
use crate::{Negotiated, Service, Switched};

impl Service {
    /// Changes what the device sends; an SDP answer if there was an offer. The server's own offer follows as an event.
    pub async fn update(
        &self,
        from: &DeviceAddress,
        call: CallId,
        offer: Option<&str>,
        tracks: &[Track],
    ) -> Result<Option<String>, AcceptError> {
        let asked = self.moment();
        let _turn = self.inner.turns.take(call).await;
        let unchanged = Command::DeviceUpdate { device: from.device.clone(), offer: None };
        let found = self.check_device(from, call, unchanged).await?;
        let tracks = self.permitted(from.page, tracks).await?.ok_or(AcceptError::VideoNotEnabled)?;
        let Some(offer) = offer else {
            let Switched { far_offer, apply } = self.switch(call, Side::Consumer, &tracks)?;
            self.change_device_media(from, call, apply, far_offer).await?;
            return Ok(None);
        };
        let Negotiated { answer, offer: own_offer, far_offer, open } =
            self.negotiate(leg_of(&found, Side::Consumer), offer, &tracks, ConsumerAudio::Both)?;
        let applied = self.change_device_media(from, call, open, far_offer).await?;
        self.note_offer(call, Side::Consumer, asked, offer, &answer);
        self.offer_device(&applied.call, own_offer);
        Ok(Some(answer))
    }

    /// The device in the call comes back with a new SDP offer after it lost its media; returns the answer.
    pub async fn resume(&self, from: &DeviceAddress, call: CallId, offer: &str) -> Result<String, AcceptError> {
        let answer = self.update(from, call, Some(offer), &[]).await?;
        Ok(answer.expect("an offer is answered"))
    }

    async fn change_device_media(
        &self,
        from: &DeviceAddress,
        call: CallId,
        change: Box<dyn FnOnce() + Send>,
        far_offer: Option<String>,
    ) -> Result<Applied, AcceptError> {
        let command = Command::DeviceUpdate { device: from.device.clone(), offer: far_offer.clone() };
        let applied = self.commit(call, command).await?.ok_or(AcceptError::UnknownCall)??;
        change();
        self.act(&applied).await;
        self.note_own_offer(call, Side::Business, far_offer.as_deref());
        Ok(applied)
    }
}
