use offhook_call::fault::LegOpened;
use offhook_call::{CallId, Command, ConsumerAudio, Side};

use super::{ActionError, MediaAnswer};
use crate::{Caller, Negotiated, Service};

impl Service {
    /// Picks a consumer's call up with the business's SDP offer: the first app wins. The consumer's device gets an
    /// offer in its turn.
    pub async fn accept_call(
        &self,
        caller: Caller,
        call: CallId,
        offer: &str,
        audio: ConsumerAudio,
    ) -> Result<MediaAnswer, ActionError> {
        let asked = self.moment();
        let _turn = self.inner.turns.take(call).await;
        let accept = Command::AppAccept { app: caller.app };
        self.check(caller, call, &accept).await?;
        let tracks = self.permitted(caller.page, &[]).await?.ok_or(ActionError::VideoNotEnabled)?;
        let opened = LegOpened { app: Some(caller.app), page: caller.page, call, side: Side::Business };
        let leg = self.negotiate(opened, offer, &tracks, audio)?;
        let Negotiated { answer, offer: renegotiation, far_offer, open } = leg;
        let applied = self.commit_action(call, accept).await?;
        self.capture_if_armed(&applied.call);
        open();
        self.act(&applied).await;
        self.note_offer(call, Side::Business, asked, offer, &answer);
        self.offer_device(&applied.call, far_offer);
        self.note_renegotiation(call, renegotiation.as_deref());
        Ok(MediaAnswer { answer, renegotiation })
    }

    /// The server's own offer goes to the business with the answer.
    pub(super) fn note_renegotiation(&self, call: CallId, offer: Option<&str>) {
        self.note_own_offer(call, Side::Business, offer);
        if offer.is_some() {
            self.media().offer_sent(call, Side::Business);
            self.media().offer_delivered(call, Side::Business);
        }
    }
}
