//! An agent of the desk picks up: a consumer's call that rings at the desk, or one that another agent hands over. The
//! first wins. `offered`: the answer carries an offer of the server's.

use super::{Applied, Refused};
use crate::{Business, Call, Desk, Doing, Effect, Seat, State, Time};

pub(super) fn apply(call: &Call, by: Seat, offered: bool, now: Time) -> Result<Applied, Refused> {
    let Business::Desk(desk) = &call.business else { return Err(Refused::NotOwner) };
    match (&call.state, desk) {
        (State::Ended(ended), _) => Err(Refused::Ended(*ended)),
        (State::Dialing | State::Ringing { .. }, _) => Err(Refused::WrongDirection),
        (State::Calling { device }, _) => {
            let state = State::Connected { since: now, device: device.clone() };
            let effects = vec![Effect::Grant, Effect::TellAnswered, Effect::ShowDesk];
            Ok(call.taken(by, offered).changed(state, effects))
        }
        (State::Connected { .. }, Desk::Taken { doing: Doing::HandingOver { to, .. }, .. }) if *to == by.agent => {
            Ok(Applied { call: call.taken(by, offered), effects: vec![Effect::ShowDesk] })
        }
        (State::Connected { .. }, _) => Err(Refused::AlreadyAccepted),
    }
}

impl Call {
    fn taken(&self, by: Seat, offered: bool) -> Call {
        let business = Business::Desk(Desk::Taken { by, doing: Doing::Talking });
        Call { business, version: self.version + u32::from(offered), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        AGENT, COLLEAGUE, ENDED, LATER, NOW, answered, apply, at_desk, calling, device, dialed_by_agent, seat, taken,
    };
    use super::{Business, Call, Desk, Doing, Effect, Refused, State};
    use crate::AgentId;

    const TO_COLLEAGUE: Doing = Doing::HandingOver { since: NOW, to: COLLEAGUE };

    fn accept(agent: AgentId) -> Command {
        Command::AgentAccept { by: seat(agent), offered: true }
    }

    #[test]
    fn the_first_agent_has_the_call_even_if_they_refused_it_before() {
        let refused = Call { business: Business::Desk(Desk::Ringing { refused: vec![AGENT] }), ..at_desk() };
        for call in [at_desk(), refused] {
            let applied = apply(&call, accept(AGENT)).unwrap();
            assert_eq!(applied.call.seat(), Some(&seat(AGENT)));
            assert_eq!(applied.call.version, 1);
            assert_eq!(applied.call.state, State::Connected { since: LATER, device: device("phone") });
            assert_eq!(applied.effects, [Effect::Grant, Effect::TellAnswered, Effect::ShowDesk]);
        }
        for doing in [Doing::Talking, Doing::Holding { since: NOW }, TO_COLLEAGUE] {
            assert_eq!(apply(&taken(doing), accept(AGENT)), Err(Refused::AlreadyAccepted));
        }
        assert_eq!(apply(&taken(Doing::Talking), accept(COLLEAGUE)), Err(Refused::AlreadyAccepted));
    }

    #[test]
    fn whom_a_call_is_handed_over_to_takes_it_and_the_consumer_stays() {
        let applied = apply(&taken(TO_COLLEAGUE), accept(COLLEAGUE)).unwrap();
        let business = Business::Desk(Desk::Taken { by: seat(COLLEAGUE), doing: Doing::Talking });
        assert_eq!(applied.call, Call { business, version: 1, ..taken(Doing::Talking) });
        assert_eq!(applied.effects, [Effect::ShowDesk]);
        assert_eq!(apply(&taken(TO_COLLEAGUE), accept(AgentId(7))), Err(Refused::AlreadyAccepted));
    }

    #[test]
    fn what_does_not_ring_at_the_desk_is_not_for_agents_to_accept() {
        for call in [calling(), answered()] {
            assert_eq!(apply(&call, accept(AGENT)), Err(Refused::NotOwner));
        }
        assert_eq!(apply(&dialed_by_agent(), accept(AGENT)), Err(Refused::WrongDirection));
        let over = Call { state: State::Ended(ENDED), ..at_desk() };
        assert_eq!(apply(&over, accept(AGENT)), Err(Refused::Ended(ENDED)));
    }
}
