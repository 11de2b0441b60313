//! A consumer calls the business.

use offhook_call::fault::LegOpened;
use offhook_call::{
    CallId, ConsumerAudio, Duration, EntryId, InboundCall, InboundRefused, NewInboundCall, Side, Time, Track,
};

use super::DeviceAddress;
use crate::{NegotiateError, Service};

/// What a device asks for.
#[derive(Debug, Clone)]
pub struct CallBusiness {
    /// SDP offer of the device.
    pub offer: String,
    pub tracks: Vec<Track>,
    /// The entry of the thread whose call button was tapped.
    pub via: Option<EntryId>,
}

/// A consumer's call that waits for the business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    pub call: CallId,
    pub ring_until: Time,
    /// SDP answer for the device.
    pub answer: String,
}

/// Why a consumer's call does not come about.
#[derive(Debug, thiserror::Error)]
pub enum CallBusinessError {
    #[error(transparent)]
    Refused(#[from] InboundRefused),
    /// The call is kept as one that the business missed.
    #[error("the Page takes calls at other hours")]
    OutsideCallHours { next_opening: Option<Time> },
    #[error("video is switched off for this Page")]
    VideoNotEnabled,
    #[error(transparent)]
    Media(#[from] NegotiateError),
    #[error("the consumer does too much at once")]
    RateLimited { retry_after: Duration },
    #[error("the server is stopping")]
    Draining,
    #[error(transparent)]
    Store(#[from] offhook_store::Error),
}

impl Service {
    /// Calls the Page with a device's SDP offer. The apps ring; the device waits for one to accept.
    pub async fn call_business(
        &self,
        from: &DeviceAddress,
        request: CallBusiness,
    ) -> Result<Calling, CallBusinessError> {
        if self.is_draining() {
            return Err(CallBusinessError::Draining);
        }
        let counted = self.inner.consumer_rate.take(&(from.page, from.psid));
        counted.map_err(|retry_after| CallBusinessError::RateLimited { retry_after })?;
        let asked = self.moment();
        let CallBusiness { offer, tracks, via } = request;
        let tracks = self.permitted(from.page, &tracks).await?.ok_or(CallBusinessError::VideoNotEnabled)?;
        let id = CallId(rand::random());
        let opened = LegOpened { app: None, page: from.page, call: id, side: Side::Consumer };
        let leg = self.negotiate(opened, &offer, &tracks, ConsumerAudio::Both)?;
        let new = NewInboundCall { id, page: from.page, psid: from.psid, device: from.device.clone(), via };
        let _turn = self.inner.turns.take(id).await;
        let moment = self.inner.moments.read().await;
        let outcome = self.store().call_business(new, self.now(), &self.limits().call).await;
        drop(moment);
        if matches!(outcome, Err(offhook_store::CallBusinessError::Store(_))) {
            self.heal_soon();
        }
        match outcome? {
            InboundCall::Calling(applied) => {
                self.capture_if_armed(&applied.call);
                (leg.open)();
                self.act(&applied).await;
                self.note_offer(id, Side::Consumer, asked, &offer, &leg.answer);
                Ok(Calling { call: id, ring_until: self.ring_until(&applied.call), answer: leg.answer })
            }
            InboundCall::Missed { applied, next_opening } => {
                self.act(&applied).await;
                Err(CallBusinessError::OutsideCallHours { next_opening })
            }
        }
    }
}

impl From<offhook_store::CallBusinessError> for CallBusinessError {
    fn from(error: offhook_store::CallBusinessError) -> Self {
        match error {
            // A Page that is gone takes no calls.
            offhook_store::CallBusinessError::UnknownPage => Self::Refused(InboundRefused::NotEnabled),
            offhook_store::CallBusinessError::Refused(refused) => Self::Refused(refused),
            offhook_store::CallBusinessError::Store(error) => Self::Store(error),
        }
    }
}
