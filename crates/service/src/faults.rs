//! Faults on demand: the rules of a sandbox, and what they strike of the use cases.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::fault::{
    ApiFault, Fault, FaultId, LegOpened, MediaFault, Occasion, RequestMade, Rule, RuleRefused, Rules, Scope, Standing,
    Struck, TooManyRules, TriedWebhook, UpdateAsked,
};
use offhook_call::{Call, CallId, ConsumerAudio, Happening, Side, Track};
use offhook_store::Error;

use crate::{Caller, NegotiateError, Negotiated, Service, Switched, UnknownTrack};

/// The rules of a sandbox, and the legs that were opened under them. They end with the process.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Rules>,
    legs: Mutex<VecDeque<OpenedLeg>>,
}

/// What strikes a leg is decided once, at its opening.
#[derive(Debug, Clone, Copy)]
struct OpenedLeg {
    call: CallId,
    side: Side,
    fault: Option<MediaFault>,
    /// The rule that wants it, until the call's timeline has it: a call's first leg opens before there is a call.
    unnoted: Option<FaultId>,
}

/// Why there is no such fault.
#[derive(Debug, thiserror::Error)]
pub enum FaultError {
    #[error("only a sandbox has faults")]
    NoSandbox,
    #[error(transparent)]
    Refused(#[from] RuleRefused),
    #[error(transparent)]
    TooMany(#[from] TooManyRules),
    #[error("no such {0}")]
    Unknown(&'static str),
    #[error(transparent)]
    Store(#[from] Error),
}

impl Faults {
    /// What strikes this, if anything does.
    pub fn strike(&self, occasion: &Occasion) -> Option<Struck> {
        let struck = self.rules().strike(occasion)?;
        tracing::info!(fault = %struck.id, name = struck.fault.name(), "a fault strikes");
        Some(struck)
    }

    /// A webhook was acknowledged: the numbers of those that waited for it to overtake them.
    pub fn delivered(&self, webhook: &TriedWebhook) -> Vec<i64> {
        self.rules().delivered(webhook)
    }

    /// As it was decided when the leg was opened, or is now.
    fn of_leg(&self, leg: LegOpened) -> Option<MediaFault> {
        if let Some(opened) = self.opened(leg.call, leg.side) {
            return opened.fault;
        }
        let struck = self.strike(&Occasion::Leg(leg));
        let unnoted = struck.as_ref().map(|struck| struck.id);
        let fault = match struck.map(|struck| struck.fault) {
            Some(Fault::Media(fault)) => Some(fault),
            Some(Fault::Webhook(_) | Fault::Api(_) | Fault::VersionCollision) | None => None,
        };
        let mut legs = self.legs();
        if legs.len() >= LEGS_MAX {
            legs.pop_front();
        }
        legs.push_back(OpenedLeg { call: leg.call, side: leg.side, fault, unnoted });
        fault
    }

    fn opened(&self, call: CallId, side: Side) -> Option<OpenedLeg> {
        self.legs().iter().find(|leg| leg.call == call && leg.side == side).copied()
    }

    /// What strikes an opened leg, told once.
    fn unnoted(&self, call: CallId, side: Side) -> Option<Struck> {
        let mut legs = self.legs();
        let leg = legs.iter_mut().find(|leg| leg.call == call && leg.side == side)?;
        Some(Struck { id: leg.unnoted.take()?, fault: Fault::Media(leg.fault?) })
    }

    /// What the server offers a side whose leg may be struck.
    fn bend_offer(&self, call: CallId, side: Side, offer: Option<String>) -> Option<String> {
        match self.opened(call, side).and_then(|leg| leg.fault) {
            Some(fault) => offer.map(|sdp| fault.bend(&sdp)),
            None => offer,
        }
    }

    fn forget(&self, call: CallId) {
        self.legs().retain(|leg| leg.call != call);
    }

    fn rules(&self) -> MutexGuard<'_, Rules> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn legs(&self) -> MutexGuard<'_, VecDeque<OpenedLeg>> {
        self.legs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Service {
    pub async fn add_fault(&self, rule: Rule) -> Result<Standing, FaultError> {
        let faults = self.faults()?;
        rule.check()?;
        self.check_scope(rule.scope).await?;
        let id = faults.rules().add(rule.clone())?;
        Ok(Standing { id, rule, seen: 0, struck: 0 })
    }

    /// The oldest first.
    pub fn standing_faults(&self) -> Result<Vec<Standing>, FaultError> {
        Ok(self.faults()?.rules().standing())
    }

    pub fn delete_fault(&self, id: FaultId) -> Result<(), FaultError> {
        if self.faults()?.rules().remove(id) { Ok(()) } else { Err(FaultError::Unknown("fault")) }
    }

    pub fn delete_faults(&self) -> Result<(), FaultError> {
        self.faults()?.rules().clear();
        Ok(())
    }

    /// What strikes a Graph request, if anything does.
    pub fn strike_request(&self, request: impl FnOnce() -> RequestMade) -> Option<(FaultId, ApiFault)> {
        let faults = self.inner.parts.faults.as_ref()?;
        let struck = faults.strike(&Occasion::Request(request()))?;
        match struck.fault {
            Fault::Api(fault) => Some((struck.id, fault)),
            Fault::Webhook(_) | Fault::VersionCollision | Fault::Media(_) => None,
        }
    }

    /// Whether a business's update meets another one that is not there.
    pub(crate) fn collides(&self, caller: Caller, call: CallId) -> bool {
        let Some(faults) = &self.inner.parts.faults else { return false };
        let update = UpdateAsked { app: caller.app, page: caller.page, call };
        let Some(struck) = faults.strike(&Occasion::Update(update)) else { return false };
        self.note(call, strikes("the update", struck.id, &struck.fault));
        true
    }

    /// The media port's answer to an offer, as the faults of a sandbox bend it.
    pub(crate) fn negotiate(
        &self,
        leg: LegOpened,
        offer: &str,
        tracks: &[Track],
        audio: ConsumerAudio,
    ) -> Result<Negotiated, NegotiateError> {
        let LegOpened { call, side, .. } = leg;
        let negotiated = self.media().negotiate(call, side, offer, tracks, audio)?;
        let Some(faults) = &self.inner.parts.faults else { return Ok(negotiated) };
        let fault = faults.of_leg(leg);
        let Negotiated { answer, offer, far_offer, open } = negotiated;
        let service = self.clone();
        Ok(Negotiated {
            answer: fault.map_or_else(|| answer.clone(), |fault| fault.bend(&answer)),
            offer: faults.bend_offer(call, side, offer),
            far_offer: faults.bend_offer(call, side.other(), far_offer),
            open: Box::new(move || {
                open();
                service.note_leg_fault(call, side);
                if let Some(MediaFault::StopsOneWay { after }) = fault {
                    service.media().stop_one_way(call, side, after);
                }
            }),
        })
    }

    /// As [`negotiate`](Self::negotiate), of tracks without SDP.
    pub(crate) fn switch(&self, call: CallId, side: Side, tracks: &[Track]) -> Result<Switched, UnknownTrack> {
        let switched = self.media().switch(call, side, tracks)?;
        let Some(faults) = &self.inner.parts.faults else { return Ok(switched) };
        let Switched { far_offer, apply } = switched;
        Ok(Switched { far_offer: faults.bend_offer(call, side.other(), far_offer), apply })
    }

    pub(crate) fn forget_leg_faults(&self, call: CallId) {
        if let Some(faults) = &self.inner.parts.faults {
            faults.forget(call);
        }
    }

    fn note_leg_fault(&self, call: CallId, side: Side) {
        let unnoted = self.inner.parts.faults.as_ref().and_then(|faults| faults.unnoted(call, side));
        if let Some(Struck { id, fault }) = unnoted {
            let whose = match side {
                Side::Business => "the business's leg",
                Side::Consumer => "the consumer's leg",
            };
            self.note(call, strikes(whose, id, &fault));
        }
    }

    fn faults(&self) -> Result<&Faults, FaultError> {
        self.inner.parts.faults.as_deref().ok_or(FaultError::NoSandbox)
    }

    /// Whoever names nobody has mistyped.
    async fn check_scope(&self, scope: Scope) -> Result<(), FaultError> {
        let Scope { app, page, call } = scope;
        if let Some(app) = app {
            self.store().app(app).await?.ok_or(FaultError::Unknown("app"))?;
        }
        if let Some(page) = page {
            self.store().page(page).await?.ok_or(FaultError::Unknown("Page"))?;
        }
        if let Some(call) = call {
            self.store().call(call).await?.ok_or(FaultError::Unknown("call"))?;
        }
        Ok(())
    }
}

/// A fault that strikes something, for the call's timeline.
pub(crate) fn strikes(what: &str, by: FaultId, fault: &Fault) -> Happening {
    Happening::Fault { fault: fault.name().to_owned(), detail: format!("strikes {what}, by {by}") }
}

/// Whose leg a change of a call's media is about.
pub(crate) fn leg_of(call: &Call, side: Side) -> LegOpened {
    LegOpened { app: call.app(), page: call.page, call: call.id, side }
}

/// Opened legs that are remembered; those of ended calls are forgotten, and of calls that never came about the oldest.
const LEGS_MAX: usize = 4096;
