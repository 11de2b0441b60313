//! A device reports that it rings: the first report is told, later ones change nothing.

use super::{Applied, Refused};
use crate::{Call, EventKind, State, Time};

pub(super) fn apply(call: &Call, now: Time) -> Result<Applied, Refused> {
    match &call.state {
        State::Dialing => {
            let owed = call.owe_owner(now, EventKind::Ringing);
            let effects = owed.into_iter().chain(call.show_desk()).collect();
            Ok(call.changed(State::Ringing { since: now }, effects))
        }
        State::Ringing { .. } => Ok(call.unchanged()),
        State::Calling { .. } => Err(Refused::WrongDirection),
        State::Connected { .. } => Err(Refused::AlreadyAccepted),
        State::Ended(ended) => Err(Refused::Ended(*ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command::Ring;
    use super::super::table::{LATER, apply, assert_refused_when_ended, calling, connected, dialing, owed, ringing};
    use super::{EventKind, Refused, State};

    #[test]
    fn table() {
        let first = apply(&dialing(), Ring).unwrap();
        assert_eq!(first.call.state, State::Ringing { since: LATER });
        assert_eq!(first.effects, [owed(&dialing(), EventKind::Ringing)]);
        assert_eq!(apply(&ringing(), Ring), Ok(ringing().unchanged()));
        assert_eq!(apply(&calling(), Ring), Err(Refused::WrongDirection));
        assert_eq!(apply(&connected(), Ring), Err(Refused::AlreadyAccepted));
        assert_refused_when_ended(Ring);
    }
}
