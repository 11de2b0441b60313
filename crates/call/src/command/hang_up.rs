//! The device in the call hangs up, or stops calling; another device of the consumer cannot.

use super::{Applied, Refused};
use crate::{Call, DeviceId, EndReason, State, Time};

pub(super) fn apply(call: &Call, device: &DeviceId, now: Time) -> Result<Applied, Refused> {
    match &call.state {
        State::Dialing | State::Ringing { .. } => Err(Refused::NotConnected),
        State::Calling { device: holder } | State::Connected { device: holder, .. } if holder != device => {
            Err(Refused::OtherDevice)
        }
        State::Calling { .. } => call.end(EndReason::ConsumerCancelled, now),
        State::Connected { .. } | State::Ended(_) => call.end(EndReason::ConsumerHungUp, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        apply, assert_ends, assert_refused_when_ended, calling, connected, device, dialing, ringing,
    };
    use super::{EndReason, Refused};

    #[test]
    fn table() {
        let hang_up = |name| Command::HangUp { device: device(name) };
        assert_eq!(apply(&dialing(), hang_up("phone")), Err(Refused::NotConnected));
        assert_eq!(apply(&ringing(), hang_up("phone")), Err(Refused::NotConnected));
        assert_ends(&calling(), hang_up("phone"), EndReason::ConsumerCancelled);
        assert_eq!(apply(&calling(), hang_up("tablet")), Err(Refused::OtherDevice));
        assert_ends(&connected(), hang_up("phone"), EndReason::ConsumerHungUp);
        assert_eq!(apply(&connected(), hang_up("tablet")), Err(Refused::OtherDevice));
        assert_refused_when_ended(hang_up("phone"));
    }
}
