//! A business calls a consumer.

use offhook_call::fault::LegOpened;
use offhook_call::{CallId, ConnectRefused, ConsumerAudio, Dialer, Duration, NewCall, PageId, Psid, Side};
use offhook_store::{Answered, ConnectOutcome, Idempotency, Page};

use crate::video::permit;
use crate::{Caller, NegotiateError, Service};

/// What a business asks for.
#[derive(Debug, Clone)]
pub struct ConnectRequest {
    pub psid: Psid,
    /// SDP offer of the business.
    pub offer: String,
    /// Where the business gets the consumer's audio.
    pub consumer_audio: ConsumerAudio,
    /// The client's own key: a repetition within 24 hours gets the first answer.
    pub idempotency_key: Option<String>,
}

/// The call and the SDP answer for the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    pub call: CallId,
    pub answer: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("calling is switched off for this Page")]
    NotEnabled,
    #[error("no such consumer on this Page")]
    UnknownConsumer,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error(transparent)]
    Refused(#[from] ConnectRefused),
    #[error("too many connect requests")]
    RateLimited { retry_after: Duration },
    #[error("the server is stopping")]
    Draining,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Dials: the answer is durable before it is returned, and comes before anybody picked up.
    pub async fn connect(&self, caller: Caller, request: ConnectRequest) -> Result<Connected, ConnectError> {
        let ConnectRequest { psid, offer, consumer_audio, idempotency_key } = request;
        if self.is_draining() {
            return Err(ConnectError::Draining);
        }
        self.inner.connect_rate.take(&caller.app).map_err(|retry_after| ConnectError::RateLimited { retry_after })?;
        let asked = self.moment();
        let page = self.callable(caller.page, psid).await?;
        let id = CallId(rand::random());
        let tracks = permit(page.settings.video_enabled, &[]).unwrap_or_default();
        let opened = LegOpened { app: Some(caller.app), page: caller.page, call: id, side: Side::Business };
        let leg = self.negotiate(opened, &offer, &tracks, consumer_audio)?;
        let new = NewCall { id, page: caller.page, psid, by: Dialer::App(caller.app) };
        let idempotency = idempotency_key.map(|key| Idempotency { app: caller.app, key, answer: leg.answer.clone() });
        let _turn = self.inner.turns.take(id).await;
        match self.commit_call(new, idempotency).await? {
            ConnectOutcome::Created(applied) => {
                self.capture_if_armed(&applied.call);
                (leg.open)();
                self.act(&applied).await;
                self.note_offer(id, Side::Business, asked, &offer, &leg.answer);
                Ok(Connected { call: id, answer: leg.answer })
            }
            ConnectOutcome::Repeated(Answered { call, answer }) => Ok(Connected { call, answer }),
        }
    }

    /// Whoever commits a call has its turn.
    pub(crate) async fn commit_call(
        &self,
        new: NewCall,
        idempotency: Option<Idempotency>,
    ) -> Result<ConnectOutcome, ConnectError> {
        let moment = self.inner.moments.read().await;
        let outcome = self.store().connect(new, idempotency, self.now(), &self.limits().call).await;
        drop(moment);
        if matches!(outcome, Err(offhook_store::ConnectError::Store(_))) {
            self.heal_soon();
        }
        Ok(outcome?)
    }

    /// The Page, if it may call and knows the consumer.
    pub(crate) async fn callable(&self, page: PageId, psid: Psid) -> Result<Page, ConnectError> {
        let found = self.store().page(page).await?;
        let found = found.filter(|page| page.settings.audio_enabled).ok_or(ConnectError::NotEnabled)?;
        self.consumer(page, psid).await?.ok_or(ConnectError::UnknownConsumer)?;
        Ok(found)
    }
}

impl From<offhook_store::ConnectError> for ConnectError {
    fn from(error: offhook_store::ConnectError) -> Self {
        match error {
            offhook_store::ConnectError::Refused(refused) => Self::Refused(refused),
            offhook_store::ConnectError::Store(error) => Self::Store(error),
        }
    }
}
