//! The agent's leg of a call: picking up, changing it, coming back.

use offhook_call::{Applied, Call, CallId, Command, ConsumerAudio, Seat, Side, Track};

use super::{DeskError, DeskEvent};
use crate::faults::leg_of;
use crate::{Negotiated, Service, Switched};

impl Service {
    /// An agent picks up a call that rings at them; returns the answer. In one that another agent hands over, their leg
    /// replaces the other's, and the consumer's stays.
    pub async fn agent_accept(&self, by: &Seat, call: CallId, offer: &str) -> Result<String, DeskError> {
        let _one = self.inner.seats.taking.lock().await;
        match self.call_had_by(by.agent).await? {
            Some(had) if had != call => return Err(DeskError::Busy),
            Some(_) | None => {}
        }
        let accept = |offered| Command::AgentAccept { by: by.clone(), offered };
        self.renegotiate_seat(call, offer, &[], accept, by).await
    }

    /// The agent comes back with a new SDP offer after a reload, or goes on with their call at this device; returns the
    /// answer.
    pub async fn seat_resume(&self, by: &Seat, call: CallId, offer: &str) -> Result<String, DeskError> {
        let resume = |offered| Command::SeatResume { by: by.clone(), offered };
        self.renegotiate_seat(call, offer, &[], resume, by).await
    }

    /// Changes what the agent's device sends; an SDP answer if there was an offer. The server's own offer follows as an
    /// event.
    pub async fn seat_update(
        &self,
        by: &Seat,
        call: CallId,
        offer: Option<&str>,
        tracks: &[Track],
    ) -> Result<Option<String>, DeskError> {
        let update = |offered| Command::SeatUpdate { by: by.clone(), offered };
        let Some(offer) = offer else {
            let _turn = self.inner.turns.take(call).await;
            let found = self.check_seat(by, call, update(false)).await?;
            let tracks = self.permitted(found.page, tracks).await?.ok_or(DeskError::VideoNotEnabled)?;
            let Switched { far_offer, apply } = self.switch(call, Side::Business, &tracks)?;
            self.change_seat(call, update(false), apply, far_offer).await?;
            return Ok(None);
        };
        self.renegotiate_seat(call, offer, tracks, update, by).await.map(Some)
    }

    async fn renegotiate_seat(
        &self,
        call: CallId,
        offer: &str,
        tracks: &[Track],
        command: impl Fn(bool) -> Command,
        by: &Seat,
    ) -> Result<String, DeskError> {
        let asked = self.moment();
        let _turn = self.inner.turns.take(call).await;
        let found = self.check_seat(by, call, command(false)).await?;
        let tracks = self.permitted(found.page, tracks).await?.ok_or(DeskError::VideoNotEnabled)?;
        let Negotiated { answer, offer: own_offer, far_offer, open } =
            self.negotiate(leg_of(&found, Side::Business), offer, &tracks, ConsumerAudio::Both)?;
        let applied = self.change_seat(call, command(own_offer.is_some()), open, far_offer).await?;
        self.note_offer(call, Side::Business, asked, offer, &answer);
        if let Some(sdp) = own_offer {
            self.note_own_offer(call, Side::Business, Some(&sdp));
            self.offer_seat(&applied.call, sdp);
        }
        Ok(answer)
    }

    async fn change_seat(
        &self,
        call: CallId,
        command: Command,
        change: Box<dyn FnOnce() + Send>,
        far_offer: Option<String>,
    ) -> Result<Applied, DeskError> {
        let applied = self.commit(call, command).await?.ok_or(DeskError::UnknownCall)??;
        change();
        self.act(&applied).await;
        self.offer_device(&applied.call, far_offer);
        Ok(applied)
    }

    /// Sends the server's offer to the device that has the call.
    pub(crate) fn offer_seat(&self, call: &Call, sdp: String) {
        let Some(seat) = call.seat() else { return };
        self.inner.seats.tell(seat, DeskEvent::Offer { call: call.id, version: call.version, sdp });
        self.media().offer_sent(call.id, Side::Business);
        // The channel delivers in order or breaks, and a device that comes back negotiates anew.
        self.media().offer_delivered(call.id, Side::Business);
    }
}
