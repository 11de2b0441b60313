//! An agent does not want a call that rings at them: it rings on at the others. Whoever hands it over keeps it, on hold.

use super::{Applied, Refused};
use crate::{AgentId, Business, Call, Desk, Doing, Effect, State};

pub(super) fn apply(call: &Call, agent: AgentId) -> Result<Applied, Refused> {
    let Business::Desk(desk) = &call.business else { return Err(Refused::NotOwner) };
    match (&call.state, desk) {
        (State::Ended(ended), _) => Err(Refused::Ended(*ended)),
        (State::Dialing | State::Ringing { .. }, _) => Err(Refused::WrongDirection),
        (State::Calling { .. }, Desk::Ringing { refused }) if refused.contains(&agent) => Ok(call.unchanged()),
        (State::Calling { .. }, Desk::Ringing { refused }) => {
            let refused = refused.iter().copied().chain([agent]).collect();
            Ok(call.at_desk(Desk::Ringing { refused }))
        }
        (State::Connected { .. }, Desk::Taken { by, doing: Doing::HandingOver { since, to } }) if *to == agent => {
            Ok(call.at_desk(Desk::Taken { by: by.clone(), doing: Doing::Holding { since: *since } }))
        }
        (State::Calling { .. } | State::Connected { .. }, Desk::Ringing { .. } | Desk::Taken { .. }) => {
            Err(Refused::AlreadyAccepted)
        }
    }
}

impl Call {
    pub(super) fn at_desk(&self, desk: Desk) -> Applied {
        let call = Call { business: Business::Desk(desk), ..self.clone() };
        Applied { call, effects: vec![Effect::ShowDesk] }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{AGENT, COLLEAGUE, ENDED, NOW, apply, at_desk, calling, dialed_by_agent, seat, taken};
    use super::{AgentId, Business, Call, Desk, Doing, Effect, Refused, State};

    fn refuse(agent: AgentId) -> Command {
        Command::Refuse { agent }
    }

    #[test]
    fn it_rings_on_at_the_others() {
        let once = apply(&at_desk(), refuse(AGENT)).unwrap();
        assert_eq!(once.call.business, Business::Desk(Desk::Ringing { refused: vec![AGENT] }));
        assert_eq!(once.effects, [Effect::ShowDesk]);
        assert!(!once.call.rings_at(AGENT) && once.call.rings_at(COLLEAGUE));
        assert_eq!(apply(&once.call, refuse(AGENT)), Ok(once.call.unchanged()));
        let twice = apply(&once.call, refuse(COLLEAGUE)).unwrap().call;
        assert!(twice.is_live() && !twice.rings_at(COLLEAGUE));
    }

    #[test]
    fn who_hands_over_keeps_what_is_refused() {
        let handing = taken(Doing::HandingOver { since: NOW, to: COLLEAGUE });
        let applied = apply(&handing, refuse(COLLEAGUE)).unwrap();
        let kept = Desk::Taken { by: seat(AGENT), doing: Doing::Holding { since: NOW } };
        assert_eq!(applied.call.business, Business::Desk(kept));
        assert_eq!(applied.effects, [Effect::ShowDesk]);
        for agent in [AGENT, AgentId(7)] {
            assert_eq!(apply(&handing, refuse(agent)), Err(Refused::AlreadyAccepted));
        }
    }

    #[test]
    fn table() {
        assert_eq!(apply(&calling(), refuse(AGENT)), Err(Refused::NotOwner));
        assert_eq!(apply(&dialed_by_agent(), refuse(COLLEAGUE)), Err(Refused::WrongDirection));
        let over = Call { state: State::Ended(ENDED), ..at_desk() };
        assert_eq!(apply(&over, refuse(AGENT)), Err(Refused::Ended(ENDED)));
    }
}
