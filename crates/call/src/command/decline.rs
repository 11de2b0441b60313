//! The consumer does not want the call: it stops ringing everywhere.

use super::{Applied, Refused};
use crate::{Call, EndReason, State, Time};

pub(super) fn apply(call: &Call, now: Time) -> Result<Applied, Refused> {
    match &call.state {
        State::Calling { .. } => Err(Refused::WrongDirection),
        State::Connected { .. } => Err(Refused::AlreadyAccepted),
        State::Dialing | State::Ringing { .. } | State::Ended(_) => call.end(EndReason::ConsumerDeclined, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command::Decline;
    use super::super::table::{apply, assert_ends, assert_refused_when_ended, calling, connected, dialing, ringing};
    use super::{EndReason, Refused};

    #[test]
    fn table() {
        assert_ends(&dialing(), Decline, EndReason::ConsumerDeclined);
        assert_ends(&ringing(), Decline, EndReason::ConsumerDeclined);
        assert_eq!(apply(&calling(), Decline), Err(Refused::WrongDirection));
        assert_eq!(apply(&connected(), Decline), Err(Refused::AlreadyAccepted));
        assert_refused_when_ended(Decline);
    }
}
