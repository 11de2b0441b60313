//! The business changes what it sends: one version on, and one more if the answer carries an offer of the server's.

use super::{Applied, Refused};
use crate::{AppId, Call, State};

pub(super) fn apply(call: &Call, app: AppId, from: u32, renegotiated: bool) -> Result<Applied, Refused> {
    if !call.is_for(app) {
        return Err(Refused::NotOwner);
    }
    match &call.state {
        // It rings, so it has no owner yet.
        State::Calling { .. } => Err(Refused::NotOwner),
        State::Dialing | State::Ringing { .. } | State::Connected { .. } if from != call.version => {
            Err(Refused::VersionConflict { current: call.version })
        }
        State::Dialing | State::Ringing { .. } | State::Connected { .. } => {
            let version = from + 1 + u32::from(renegotiated);
            Ok(Applied { call: Call { version, ..call.clone() }, effects: Vec::new() })
        }
        State::Ended(ended) => Err(Refused::Ended(*ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        OWNER, RUNG, STRANGER, answered, apply, assert_refused_when_ended, calling, connected, dialing, ringing,
    };
    use super::{AppId, Call, Refused};

    fn update(app: AppId, from: u32, renegotiated: bool) -> Command {
        Command::AppUpdate { app, from, renegotiated }
    }

    #[test]
    fn the_version_goes_up_by_the_offers_in_request_and_answer() {
        for call in [dialing(), ringing(), connected(), answered()] {
            let call = Call { version: 5, ..call };
            let applied = apply(&call, update(OWNER, 5, false)).unwrap();
            assert_eq!((applied.call.version, applied.effects.len()), (6, 0));
            assert_eq!(apply(&call, update(OWNER, 5, true)).unwrap().call.version, 7);
            for stale in [0, 4, 6] {
                let conflict = Refused::VersionConflict { current: 5 };
                assert_eq!(apply(&call, update(OWNER, stale, false)), Err(conflict));
            }
        }
    }

    #[test]
    fn only_the_owner_updates() {
        for app in RUNG {
            assert_eq!(apply(&calling(), update(app, 0, false)), Err(Refused::NotOwner));
        }
        for other in [RUNG[1], STRANGER] {
            assert_eq!(apply(&answered(), update(other, 0, false)), Err(Refused::NotOwner));
        }
        assert_refused_when_ended(update(OWNER, 0, false));
    }
}
