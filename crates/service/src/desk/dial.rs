//! An agent calls a consumer, or asks whether they may.

use offhook_call::fault::LegOpened;
use offhook_call::{
    CallId, ConnectRefused, ConsumerAudio, Dialer, EntryKind, NewCall, PageId, Psid, Reach, Seat, Side, Time,
};
use offhook_store::{ConnectOutcome, Error, SendError};

use crate::video::permit;
use crate::{ConnectError, NegotiateError, OutgoingMessage, Service};

/// The call that an agent makes, and the SDP answer for their device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialed {
    pub call: CallId,
    pub ring_until: Time,
    pub answer: String,
}

/// Why an agent's call, or their request for permission, does not come about.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    #[error("no such consumer on a Page of this agent")]
    UnknownConsumer,
    #[error("calling is switched off for this Page")]
    NotEnabled,
    #[error("the agent has another call")]
    Busy,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error(transparent)]
    Refused(#[from] ConnectRefused),
    #[error(transparent)]
    Send(SendError),
    #[error("the server is stopping")]
    Draining,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Service {
    /// The agent calls a consumer who permits it.
    pub async fn dial(&self, by: &Seat, page: PageId, psid: Psid, offer: &str) -> Result<Dialed, DialError> {
        if self.is_draining() {
            return Err(DialError::Draining);
        }
        self.answers_for(by, page).await?;
        let asked = self.moment();
        let found = self.callable(page, psid).await?;
        let _one = self.inner.seats.taking.lock().await;
        if self.call_had_by(by.agent).await?.is_some() {
            return Err(DialError::Busy);
        }
        let id = CallId(rand::random());
        let tracks = permit(found.settings.video_enabled, &[]).unwrap_or_default();
        let opened = LegOpened { app: None, page, call: id, side: Side::Business };
        let leg = self.negotiate(opened, offer, &tracks, ConsumerAudio::Both)?;
        let new = NewCall { id, page, psid, by: Dialer::Agent(by.clone()) };
        let _turn = self.inner.turns.take(id).await;
        let applied = match self.commit_call(new, None).await? {
            ConnectOutcome::Created(applied) => applied,
            ConnectOutcome::Repeated(_) => unreachable!("only what has a key is repeated"),
        };
        self.capture_if_armed(&applied.call);
        (leg.open)();
        self.act(&applied).await;
        self.note_offer(id, Side::Business, asked, offer, &leg.answer);
        Ok(Dialed { call: id, ring_until: self.ring_until(&applied.call), answer: leg.answer })
    }

    /// Asks the consumer whether the business may call, as a person who answers within seven days.
    pub async fn request_permission(&self, by: &Seat, page: PageId, psid: Psid) -> Result<(), DialError> {
        self.answers_for(by, page).await?;
        let kind = EntryKind::PermissionRequest { reply: None };
        let message = OutgoingMessage { to: psid, kind, reach: Reach::HumanAgent };
        match self.send_for(page, message).await {
            Ok(_) => Ok(()),
            Err(SendError::Store(error)) => Err(error.into()),
            Err(refused) => Err(DialError::Send(refused)),
        }
    }

    /// Nothing of other Pages shows.
    pub(super) async fn answers_for(&self, by: &Seat, page: PageId) -> Result<(), DialError> {
        let agent = self.store().agent(by.agent).await?;
        let theirs = agent.is_some_and(|agent| agent.enabled && agent.pages.contains(&page));
        if theirs { Ok(()) } else { Err(DialError::UnknownConsumer) }
    }
}

impl From<ConnectError> for DialError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::NotEnabled => Self::NotEnabled,
            ConnectError::UnknownConsumer => Self::UnknownConsumer,
            ConnectError::Media(error) => Self::Media(error),
            ConnectError::Refused(refused) => Self::Refused(refused),
            ConnectError::RateLimited { .. } => unreachable!("agents call one after the other"),
            ConnectError::Draining => Self::Draining,
            ConnectError::Store(error) => Self::Store(error),
        }
    }
}
