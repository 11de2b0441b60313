//! A consumer calls the business: the call comes into being.

use crate::{
    AppId, Applied, Business, Call, CallId, CallSettings, Desk, DeviceId, Direction, Effect, EndReason, Ended, EntryId,
    EventKind, Limits, PageId, Psid, RingTarget, StartRefused, State, Time,
};

/// The call that a device asks for.
#[derive(Debug, Clone)]
pub struct NewInboundCall {
    pub id: CallId,
    pub page: PageId,
    pub psid: Psid,
    pub device: DeviceId,
    /// The entry of the thread whose call button was tapped. One that has expired is like none.
    pub via: Option<EntryId>,
}

/// What the decision depends on, read in the transaction that commits it.
#[derive(Debug, Clone)]
pub struct InboundFacts {
    pub settings: CallSettings,
    /// The consumer tapped a call button that the business sent and that has not expired.
    pub by_button: bool,
    pub consumer_in_call: bool,
    pub live_calls_of_page: u32,
    /// The apps that are subscribed to the Page's calls at both levels.
    pub subscribed: Vec<AppId>,
}

/// What became of a consumer's call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InboundCall {
    /// It waits for the business.
    Calling(Applied),
    /// The Page takes calls at other hours: the call is over, and kept as one that the business missed.
    Missed { applied: Applied, next_opening: Option<Time> },
}

/// Why a consumer's call does not come into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InboundRefused {
    #[error("calling is switched off for this Page")]
    NotEnabled,
    #[error("the Page shows no call icon, and no button that it sent was tapped")]
    IconHidden,
    #[error("the consumer is in a call")]
    ConsumerBusy,
    #[error("the Page has too many live calls")]
    TooManyCalls,
}

impl NewInboundCall {
    pub fn call(self, facts: &InboundFacts, now: Time, limits: &Limits) -> Result<InboundCall, InboundRefused> {
        let admitted = facts.settings.admit(facts.by_button, now);
        if facts.consumer_in_call && matches!(admitted, Ok(()) | Err(StartRefused::OutsideHours { .. })) {
            return Err(InboundRefused::ConsumerBusy);
        }
        match admitted {
            Err(StartRefused::NotEnabled) => Err(InboundRefused::NotEnabled),
            Err(StartRefused::IconHidden) => Err(InboundRefused::IconHidden),
            Err(StartRefused::OutsideHours { next_opening }) => {
                Ok(InboundCall::Missed { applied: self.miss(now), next_opening })
            }
            Ok(()) if facts.live_calls_of_page >= limits.calls_per_page => Err(InboundRefused::TooManyCalls),
            Ok(()) => Ok(InboundCall::Calling(self.ring(facts, now))),
        }
    }

    fn ring(self, facts: &InboundFacts, now: Time) -> Applied {
        let business = match facts.settings.ring_target(!facts.subscribed.is_empty()) {
            RingTarget::Partners => Business::Apps { rung: facts.subscribed.clone(), owner: None },
            RingTarget::Meta => Business::Desk(Desk::Ringing { refused: Vec::new() }),
        };
        let state = State::Calling { device: self.device.clone() };
        let call = self.begin(business, state, now);
        let connect = EventKind::Connect { direction: call.direction };
        let effects = call.owe_rung(now, &connect).chain(call.show_desk()).collect();
        Applied { call, effects }
    }

    /// Nobody rings, and the business may call back (contract section 4).
    fn miss(self, now: Time) -> Applied {
        let state = State::Ended(Ended { at: now, reason: EndReason::OutsideCallHours, connected_at: None });
        let nobody = Business::Apps { rung: Vec::new(), owner: None };
        Applied { call: self.begin(nobody, state, now), effects: vec![Effect::Grant] }
    }

    fn begin(self, business: Business, state: State, created_at: Time) -> Call {
        let Self { id, page, psid, device: _, via: _ } = self;
        let direction = Direction::ConsumerInitiated;
        Call { id, page, psid, business, direction, created_at, version: 0, state }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CallHours;
    use crate::command::table::{LIMITS, NOW, RUNG, calling, device};

    fn facts() -> InboundFacts {
        InboundFacts {
            settings: CallSettings::default(),
            by_button: false,
            consumer_in_call: false,
            live_calls_of_page: 0,
            subscribed: RUNG.to_vec(),
        }
    }

    /// A Page that is never open.
    fn closed() -> InboundFacts {
        let hours = CallHours::new("UTC", []).unwrap();
        InboundFacts { settings: CallSettings { hours: Some(hours), ..CallSettings::default() }, ..facts() }
    }

    fn call(facts: &InboundFacts) -> Result<InboundCall, InboundRefused> {
        let Call { id, page, psid, .. } = calling();
        NewInboundCall { id, page, psid, device: device("phone"), via: None }.call(facts, NOW, &LIMITS)
    }

    #[test]
    fn every_app_that_wants_calls_is_told() {
        let connect = EventKind::Connect { direction: Direction::ConsumerInitiated };
        let owed: Vec<_> = calling().owe_rung(NOW, &connect).collect();
        assert_eq!(owed.len(), 2);
        assert_eq!(call(&facts()), Ok(InboundCall::Calling(Applied { call: calling(), effects: owed })));
    }

    #[test]
    fn a_page_that_routes_to_its_desk_or_has_no_app_rings_there() {
        let desk = CallSettings { ring_target: Some(RingTarget::Meta), ..CallSettings::default() };
        for facts in [InboundFacts { settings: desk, ..facts() }, InboundFacts { subscribed: Vec::new(), ..facts() }] {
            let business = Business::Desk(Desk::Ringing { refused: Vec::new() });
            let applied = Applied { call: Call { business, ..calling() }, effects: vec![Effect::ShowDesk] };
            assert_eq!(call(&facts), Ok(InboundCall::Calling(applied)));
        }
    }

    #[test]
    fn outside_call_hours_the_call_is_missed_and_nobody_rings() {
        let missed = call(&InboundFacts { live_calls_of_page: 1000, ..closed() });
        let state = State::Ended(Ended { at: NOW, reason: EndReason::OutsideCallHours, connected_at: None });
        let call = Call { business: Business::Apps { rung: Vec::new(), owner: None }, state, ..calling() };
        let applied = Applied { call, effects: vec![Effect::Grant] };
        assert_eq!(missed, Ok(InboundCall::Missed { applied, next_opening: None }));
    }

    #[test]
    fn each_fact_refuses() {
        let off = CallSettings { audio_enabled: false, ..CallSettings::default() };
        let hidden = || CallSettings { icon_enabled: false, ..CallSettings::default() };
        let cases = [
            (InboundFacts { settings: off, consumer_in_call: true, ..facts() }, Some(InboundRefused::NotEnabled)),
            (InboundFacts { settings: hidden(), ..facts() }, Some(InboundRefused::IconHidden)),
            (InboundFacts { settings: hidden(), by_button: true, ..facts() }, None),
            (InboundFacts { consumer_in_call: true, ..facts() }, Some(InboundRefused::ConsumerBusy)),
            (InboundFacts { consumer_in_call: true, ..closed() }, Some(InboundRefused::ConsumerBusy)),
            (InboundFacts { live_calls_of_page: 1000, ..facts() }, Some(InboundRefused::TooManyCalls)),
            (InboundFacts { live_calls_of_page: 999, ..facts() }, None),
        ];
        for (facts, refused) in cases {
            assert_eq!(call(&facts).err(), refused, "{facts:?}");
        }
    }
}
