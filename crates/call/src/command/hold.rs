//! The agent lets the consumer wait, or goes on talking; the latter ends a handing over, too.

use super::{Applied, Refused};
use crate::{AgentId, Call, Desk, Doing, State, Time};

pub(super) fn apply(call: &Call, agent: AgentId, on: bool, now: Time) -> Result<Applied, Refused> {
    let (by, doing) = call.talk_of(agent)?;
    let next = match (on, doing) {
        (true, Doing::Talking) => Doing::Holding { since: now },
        (true, Doing::Holding { since } | Doing::HandingOver { since, .. }) => Doing::Holding { since },
        (false, _) => Doing::Talking,
    };
    if next == doing { Ok(call.unchanged()) } else { Ok(call.at_desk(Desk::Taken { by: by.clone(), doing: next })) }
}

impl Call {
    /// The seat and the doing of this agent, if they have the call and its consumer is there.
    pub(super) fn talk_of(&self, agent: AgentId) -> Result<(&crate::Seat, Doing), Refused> {
        let (by, doing) = self.had_by(agent)?;
        match &self.state {
            State::Connected { .. } => Ok((by, doing)),
            State::Dialing | State::Ringing { .. } | State::Calling { .. } => Err(Refused::NotConnected),
            State::Ended(ended) => Err(Refused::Ended(*ended)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{AGENT, COLLEAGUE, ENDED, LATER, NOW, answered, apply, at_desk, dialed_by_agent, taken};
    use super::{Call, Doing, Refused, State};
    use crate::Effect;

    fn hold(on: bool) -> Command {
        Command::Hold { agent: AGENT, on }
    }

    #[test]
    fn the_consumer_waits_from_the_first_hold_on() {
        let held = Doing::Holding { since: NOW };
        let handing = Doing::HandingOver { since: NOW, to: COLLEAGUE };
        let cases = [
            (Doing::Talking, true, Doing::Holding { since: LATER }),
            (handing, true, held),
            (held, false, Doing::Talking),
            (handing, false, Doing::Talking),
        ];
        for (before, on, after) in cases {
            let applied = apply(&taken(before), hold(on)).unwrap();
            assert_eq!(applied.call, taken(after));
            assert_eq!(applied.effects, [Effect::ShowDesk]);
        }
        for (same, on) in [(held, true), (Doing::Talking, false)] {
            assert_eq!(apply(&taken(same), hold(on)), Ok(taken(same).unchanged()));
        }
    }

    #[test]
    fn only_whoever_has_the_call_holds_it_and_only_while_somebody_is_there() {
        let colleague = Command::Hold { agent: COLLEAGUE, on: true };
        assert_eq!(apply(&taken(Doing::Talking), colleague), Err(Refused::NotOwner));
        for call in [at_desk(), answered()] {
            assert_eq!(apply(&call, hold(true)), Err(Refused::NotOwner));
        }
        assert_eq!(apply(&dialed_by_agent(), hold(true)), Err(Refused::NotConnected));
        let over = Call { state: State::Ended(ENDED), ..taken(Doing::Talking) };
        assert_eq!(apply(&over, hold(true)), Err(Refused::Ended(ENDED)));
    }
}
