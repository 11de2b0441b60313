//! The agent who has the call ends it; before the consumer picked up, that cancels it.

use super::{Applied, Refused};
use crate::{AgentId, Call, EndReason, State, Time};

pub(super) fn apply(call: &Call, agent: AgentId, now: Time) -> Result<Applied, Refused> {
    call.had_by(agent)?;
    match &call.state {
        State::Dialing | State::Ringing { .. } => call.end(EndReason::BusinessCancelled, now),
        State::Calling { .. } | State::Connected { .. } | State::Ended(_) => call.end(EndReason::BusinessHungUp, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        AGENT, COLLEAGUE, ENDED, NOW, answered, apply, assert_ends, at_desk, dialed_by_agent, taken,
    };
    use super::{AgentId, Call, EndReason, Refused, State};
    use crate::Doing;

    #[test]
    fn table() {
        let hang_up = |agent: AgentId| Command::AgentHangUp { agent };
        assert_ends(&dialed_by_agent(), hang_up(AGENT), EndReason::BusinessCancelled);
        for doing in [Doing::Talking, Doing::Holding { since: NOW }, Doing::HandingOver { since: NOW, to: COLLEAGUE }] {
            assert_ends(&taken(doing), hang_up(AGENT), EndReason::BusinessHungUp);
            assert_eq!(apply(&taken(doing), hang_up(COLLEAGUE)), Err(Refused::NotOwner));
        }
        for call in [at_desk(), answered()] {
            assert_eq!(apply(&call, hang_up(AGENT)), Err(Refused::NotOwner));
        }
        let over = Call { state: State::Ended(ENDED), ..taken(Doing::Talking) };
        assert_eq!(apply(&over, hang_up(AGENT)), Err(Refused::Ended(ENDED)));
    }
}
