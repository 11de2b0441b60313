//! The agent's device changes what it sends. `offered`: the answer carries an offer of the server's, a new version.

use super::{Applied, Refused};
use crate::{AgentId, Business, Call, Desk, Doing, Seat, State};

pub(super) fn apply(call: &Call, by: &Seat, offered: bool) -> Result<Applied, Refused> {
    let (holder, _) = call.had_by(by.agent)?;
    if holder != by {
        return Err(Refused::OtherDevice);
    }
    call.with_seat_offer(offered)
}

impl Call {
    /// The seat and the doing of this agent, if they have the call.
    pub(super) fn had_by(&self, agent: AgentId) -> Result<(&Seat, Doing), Refused> {
        match &self.business {
            Business::Desk(Desk::Taken { by, doing }) if by.agent == agent => Ok((by, *doing)),
            Business::Desk(Desk::Taken { .. } | Desk::Ringing { .. }) | Business::Apps { .. } => Err(Refused::NotOwner),
        }
    }

    pub(super) fn with_seat_offer(&self, offered: bool) -> Result<Applied, Refused> {
        match &self.state {
            State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Connected { .. } => {
                let call = Call { version: self.version + u32::from(offered), ..self.clone() };
                Ok(call.unchanged())
            }
            State::Ended(ended) => Err(Refused::Ended(*ended)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        AGENT, COLLEAGUE, ENDED, answered, apply, at_desk, device, dialed_by_agent, seat, taken,
    };
    use super::{Call, Doing, Refused, Seat, State};

    fn update(by: Seat, offered: bool) -> Command {
        Command::SeatUpdate { by, offered }
    }

    #[test]
    fn an_offer_of_the_server_is_a_new_version() {
        for call in [taken(Doing::Talking), dialed_by_agent()] {
            assert_eq!(apply(&call, update(seat(AGENT), false)), Ok(call.unchanged()));
            let applied = apply(&call, update(seat(AGENT), true)).unwrap();
            assert_eq!(applied, Call { version: 1, ..call }.unchanged());
        }
    }

    #[test]
    fn only_the_device_that_has_the_call_changes_it() {
        let other = Seat { agent: AGENT, device: device("other") };
        assert_eq!(apply(&taken(Doing::Talking), update(other, false)), Err(Refused::OtherDevice));
        assert_eq!(apply(&taken(Doing::Talking), update(seat(COLLEAGUE), false)), Err(Refused::NotOwner));
        for call in [at_desk(), answered()] {
            assert_eq!(apply(&call, update(seat(AGENT), false)), Err(Refused::NotOwner));
        }
        let over = Call { state: State::Ended(ENDED), ..taken(Doing::Talking) };
        assert_eq!(apply(&over, update(seat(AGENT), false)), Err(Refused::Ended(ENDED)));
    }
}
