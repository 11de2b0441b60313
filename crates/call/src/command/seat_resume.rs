//! The agent comes back with a new connection after a reload, or goes on at another of their devices.

use super::{Applied, Refused};
use crate::{Call, Desk, Effect, Seat};

pub(super) fn apply(call: &Call, by: Seat, offered: bool) -> Result<Applied, Refused> {
    let (holder, doing) = call.had_by(by.agent)?;
    let mut applied = call.with_seat_offer(offered)?;
    if *holder != by {
        applied.effects.push(Effect::ShowDesk);
        applied.call.business = crate::Business::Desk(Desk::Taken { by, doing });
    }
    Ok(applied)
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{AGENT, COLLEAGUE, ENDED, apply, at_desk, device, dialed_by_agent, seat, taken};
    use super::{Call, Effect, Refused, Seat};
    use crate::{Doing, State};

    #[test]
    fn the_agent_goes_on_where_they_are() {
        let elsewhere = Seat { agent: AGENT, device: device("laptop") };
        for call in [taken(Doing::Talking), dialed_by_agent()] {
            let same = apply(&call, Command::SeatResume { by: seat(AGENT), offered: true }).unwrap();
            assert_eq!(same, Call { version: 1, ..call.clone() }.unchanged());
            let moved = apply(&call, Command::SeatResume { by: elsewhere.clone(), offered: false }).unwrap();
            assert_eq!((moved.call.seat(), moved.call.version), (Some(&elsewhere), 0));
            assert_eq!(moved.call.state, call.state);
            assert_eq!(moved.effects, [Effect::ShowDesk]);
        }
    }

    #[test]
    fn only_their_own_call() {
        let resume = |agent| Command::SeatResume { by: seat(agent), offered: false };
        assert_eq!(apply(&taken(Doing::Talking), resume(COLLEAGUE)), Err(Refused::NotOwner));
        assert_eq!(apply(&at_desk(), resume(AGENT)), Err(Refused::NotOwner));
        let over = Call { state: State::Ended(ENDED), ..taken(Doing::Talking) };
        assert_eq!(apply(&over, resume(AGENT)), Err(Refused::Ended(ENDED)));
    }
}
