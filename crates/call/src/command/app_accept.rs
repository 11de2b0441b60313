//! An app of the business picks up a consumer's call: the first of those that were rung wins and owns it.

use super::{Applied, Refused};
use crate::{AppId, Business, Call, Direction, Effect, State, Time};

pub(super) fn apply(call: &Call, app: AppId, now: Time) -> Result<Applied, Refused> {
    if call.direction == Direction::BusinessInitiated {
        return Err(Refused::WrongDirection);
    }
    if !call.is_for(app) {
        return Err(Refused::NotOwner);
    }
    match &call.state {
        State::Calling { device } => {
            let state = State::Connected { since: now, device: device.clone() };
            let business = Business::Apps { rung: call.rung().to_vec(), owner: Some(app) };
            let call = Call { business, ..call.clone() };
            Ok(call.changed(state, vec![Effect::Grant, Effect::TellAnswered]))
        }
        State::Dialing | State::Ringing { .. } => Err(Refused::WrongDirection),
        State::Connected { .. } => Err(Refused::AlreadyAccepted),
        State::Ended(ended) => Err(Refused::Ended(*ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        ENDED, LATER, OWNER, RUNG, STRANGER, answered, apply, calling, connected, device, dialing, ended, missed,
        ringing,
    };
    use super::{Effect, Refused, State};

    fn accept(app: super::AppId) -> Command {
        Command::AppAccept { app }
    }

    #[test]
    fn the_first_app_of_those_that_rang_owns_the_call() {
        for app in RUNG {
            let applied = apply(&calling(), accept(app)).unwrap();
            assert_eq!(applied.call.app(), Some(app));
            assert_eq!(applied.call.rung(), RUNG);
            assert_eq!(applied.call.state, State::Connected { since: LATER, device: device("phone") });
            assert_eq!(applied.call.version, 0);
            assert_eq!(applied.effects, [Effect::Grant, Effect::TellAnswered]);
        }
    }

    #[test]
    fn later_accepts() {
        assert_eq!(apply(&answered(), accept(OWNER)), Err(Refused::AlreadyAccepted));
        assert_eq!(apply(&missed(), accept(OWNER)), Err(Refused::Ended(ENDED)));
        for other in [RUNG[1], STRANGER] {
            assert_eq!(apply(&answered(), accept(other)), Err(Refused::NotOwner));
        }
        for call in [calling(), missed()] {
            assert_eq!(apply(&call, accept(STRANGER)), Err(Refused::NotOwner));
        }
    }

    #[test]
    fn a_call_that_the_business_started_is_not_for_apps_to_accept() {
        for call in [dialing(), ringing(), connected(), ended()] {
            assert_eq!(apply(&call, accept(OWNER)), Err(Refused::WrongDirection));
        }
    }
}
