use offhook_call::{CallId, Command, ConsumerAudio, Side, Track};

use super::{ActionError, MediaAnswer};
use crate::faults::leg_of;
use crate::{Caller, Negotiated, Service, Switched};

/// What a business changes: an SDP offer, its tracks, or both.
#[derive(Debug, Clone)]
pub struct MediaUpdate {
    pub offer: Option<String>,
    pub tracks: Vec<Track>,
    /// The version that the business knows.
    pub from_version: u32,
    /// Where the business gets the consumer's audio, if its offer is that of a new peer connection.
    pub consumer_audio: ConsumerAudio,
}

impl Service {
    /// Changes what the business sends. `None`: tracks were switched, which needs no SDP.
    pub async fn media_update(
        &self,
        caller: Caller,
        call: CallId,
        update: MediaUpdate,
    ) -> Result<Option<MediaAnswer>, ActionError> {
        let asked = self.moment();
        let _turn = self.inner.turns.take(call).await;
        let MediaUpdate { offer, tracks, from_version: from, consumer_audio } = update;
        let command = |renegotiated| Command::AppUpdate { app: caller.app, from, renegotiated };
        let found = self.check(caller, call, &command(false)).await?;
        if self.collides(caller, call) {
            return Err(ActionError::VersionConflict { current: found.version });
        }
        let tracks = self.permitted(caller.page, &tracks).await?.ok_or(ActionError::VideoNotEnabled)?;
        let Some(offer) = offer else {
            let Switched { far_offer, apply } = self.switch(call, Side::Business, &tracks)?;
            self.change_business_media(call, command(false), apply, far_offer).await?;
            return Ok(None);
        };
        let leg = self.negotiate(leg_of(&found, Side::Business), &offer, &tracks, consumer_audio)?;
        let Negotiated { answer, offer: renegotiation, far_offer, open } = leg;
        self.change_business_media(call, command(renegotiation.is_some()), open, far_offer).await?;
        self.note_offer(call, Side::Business, asked, &offer, &answer);
        self.note_renegotiation(call, renegotiation.as_deref());
        Ok(Some(MediaAnswer { answer, renegotiation }))
    }

    async fn change_business_media(
        &self,
        call: CallId,
        command: Command,
        change: Box<dyn FnOnce() + Send>,
        far_offer: Option<String>,
    ) -> Result<(), ActionError> {
        let applied = self.commit_action(call, command).await?;
        change();
        self.act(&applied).await;
        self.offer_device(&applied.call, far_offer);
        Ok(())
    }
}
