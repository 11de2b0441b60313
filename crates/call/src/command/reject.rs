//! An app of the business does not want a consumer's call: it stops ringing for all apps.

use super::{Applied, Refused};
use crate::{AppId, Call, Direction, EndReason, State, Time};

pub(super) fn apply(call: &Call, app: AppId, now: Time) -> Result<Applied, Refused> {
    if call.direction == Direction::BusinessInitiated {
        return Err(Refused::WrongDirection);
    }
    if !call.is_for(app) {
        return Err(Refused::NotOwner);
    }
    match &call.state {
        State::Dialing | State::Ringing { .. } => Err(Refused::WrongDirection),
        State::Connected { .. } => Err(Refused::AlreadyAccepted),
        State::Calling { .. } | State::Ended(_) => call.end(EndReason::BusinessRejected, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        ENDED, OWNER, RUNG, STRANGER, answered, apply, assert_ends, calling, connected, dialing, ended, missed, ringing,
    };
    use super::{EndReason, Refused};

    #[test]
    fn table() {
        let reject = |app| Command::Reject { app };
        for app in RUNG {
            assert_ends(&calling(), reject(app), EndReason::BusinessRejected);
        }
        assert_eq!(apply(&answered(), reject(OWNER)), Err(Refused::AlreadyAccepted));
        assert_eq!(apply(&answered(), reject(RUNG[1])), Err(Refused::NotOwner));
        assert_eq!(apply(&missed(), reject(OWNER)), Err(Refused::Ended(ENDED)));
        for call in [calling(), answered(), missed()] {
            assert_eq!(apply(&call, reject(STRANGER)), Err(Refused::NotOwner));
        }
        for call in [dialing(), ringing(), connected(), ended()] {
            assert_eq!(apply(&call, reject(OWNER)), Err(Refused::WrongDirection));
        }
    }
}
