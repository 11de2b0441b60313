//! The agent who has the call offers it to another one: it rings there while the consumer waits.

use super::{Applied, Refused};
use crate::{AgentId, Call, Desk, Doing, Time};

pub(super) fn apply(call: &Call, agent: AgentId, to: AgentId, now: Time) -> Result<Applied, Refused> {
    let (by, doing) = call.talk_of(agent)?;
    let since = match doing {
        Doing::Talking => now,
        Doing::Holding { since } | Doing::HandingOver { since, .. } => since,
    };
    Ok(call.at_desk(Desk::Taken { by: by.clone(), doing: Doing::HandingOver { since, to } }))
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{AGENT, COLLEAGUE, LATER, NOW, apply, at_desk, dialed_by_agent, taken};
    use super::{AgentId, Doing};
    use crate::{Effect, Refused};

    #[test]
    fn it_rings_at_the_other_while_the_consumer_waits_on() {
        let elsewhere = AgentId(7);
        let cases = [
            (Doing::Talking, LATER),
            (Doing::Holding { since: NOW }, NOW),
            (Doing::HandingOver { since: NOW, to: elsewhere }, NOW),
        ];
        for (before, since) in cases {
            let applied = apply(&taken(before), Command::HandOver { agent: AGENT, to: COLLEAGUE }).unwrap();
            assert_eq!(applied.call, taken(Doing::HandingOver { since, to: COLLEAGUE }));
            assert_eq!(applied.effects, [Effect::ShowDesk]);
            assert!(applied.call.rings_at(COLLEAGUE) && !applied.call.rings_at(elsewhere));
        }
    }

    #[test]
    fn only_of_a_call_that_the_agent_has_and_somebody_is_in() {
        let hand_over = |agent| Command::HandOver { agent, to: COLLEAGUE };
        assert_eq!(apply(&at_desk(), hand_over(AGENT)), Err(Refused::NotOwner));
        assert_eq!(apply(&taken(Doing::Talking), hand_over(COLLEAGUE)), Err(Refused::NotOwner));
        assert_eq!(apply(&dialed_by_agent(), hand_over(AGENT)), Err(Refused::NotConnected));
    }
}
