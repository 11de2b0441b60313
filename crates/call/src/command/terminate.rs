//! The business ends the call: before it was picked up that cancels it.

use super::{Applied, Refused};
use crate::{AppId, Call, EndReason, State, Time};

pub(super) fn apply(call: &Call, app: AppId, now: Time) -> Result<Applied, Refused> {
    if app != call.app {
        return Err(Refused::NotOwner);
    }
    match &call.state {
        State::Dialing | State::Ringing { .. } => call.end(EndReason::BusinessCancelled, now),
        State::Connected { .. } | State::Ended(_) => call.end(EndReason::BusinessHungUp, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{apply, assert_ends, assert_refused_when_ended, connected, dialing, ended, ringing};
    use super::{AppId, EndReason, Refused};

    #[test]
    fn table() {
        let terminate = Command::Terminate { app: AppId(3) };
        assert_ends(&dialing(), terminate.clone(), EndReason::BusinessCancelled);
        assert_ends(&ringing(), terminate.clone(), EndReason::BusinessCancelled);
        assert_ends(&connected(), terminate.clone(), EndReason::BusinessHungUp);
        assert_refused_when_ended(terminate);
        for call in [dialing(), ringing(), connected(), ended()] {
            assert_eq!(apply(&call, Command::Terminate { app: AppId(4) }), Err(Refused::NotOwner));
        }
    }
}
