//! The business ends the call. Before it was picked up that cancels it; a call that the consumer started is rejected.

use super::{Applied, Refused};
use crate::{AppId, Call, EndReason, State, Time};

pub(super) fn apply(call: &Call, app: AppId, now: Time) -> Result<Applied, Refused> {
    if !call.is_for(app) {
        return Err(Refused::NotOwner);
    }
    match &call.state {
        State::Calling { .. } => call.end(EndReason::BusinessRejected, now),
        State::Dialing | State::Ringing { .. } => call.end(EndReason::BusinessCancelled, now),
        State::Connected { .. } | State::Ended(_) => call.end(EndReason::BusinessHungUp, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        OWNER, RUNG, STRANGER, apply, assert_ends, assert_refused_when_ended, calling, connected, dialing, ended,
        ringing,
    };
    use super::{EndReason, Refused};

    #[test]
    fn table() {
        let terminate = Command::Terminate { app: OWNER };
        assert_ends(&dialing(), terminate.clone(), EndReason::BusinessCancelled);
        assert_ends(&ringing(), terminate.clone(), EndReason::BusinessCancelled);
        assert_ends(&connected(), terminate.clone(), EndReason::BusinessHungUp);
        assert_refused_when_ended(terminate);
        for app in RUNG {
            assert_ends(&calling(), Command::Terminate { app }, EndReason::BusinessRejected);
        }
        for call in [dialing(), ringing(), calling(), connected(), ended()] {
            assert_eq!(apply(&call, Command::Terminate { app: STRANGER }), Err(Refused::NotOwner));
        }
    }
}
