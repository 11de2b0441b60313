//! A device picks up: the first wins. The business is told and gets the server's offer.

use super::{Applied, Refused};
use crate::{Call, DeviceId, Effect, EventKind, State, Time};

pub(super) fn apply(call: &Call, device: DeviceId, offer: Option<String>, now: Time) -> Result<Applied, Refused> {
    match &call.state {
        State::Dialing | State::Ringing { .. } => Ok(connect(call, device, offer, now)),
        State::Calling { .. } => Err(Refused::WrongDirection),
        State::Connected { device: winner, .. } if *winner == device => Ok(call.unchanged()),
        State::Connected { .. } => Err(Refused::AlreadyAccepted),
        State::Ended(ended) => Err(Refused::Ended(*ended)),
    }
}

fn connect(call: &Call, device: DeviceId, offer: Option<String>, now: Time) -> Applied {
    let Applied { call, effects: offered } = call.offered(offer, now);
    let mut effects: Vec<_> = call.owe_owner(now, EventKind::Accepted).into_iter().collect();
    effects.extend(offered);
    effects.extend([Effect::Grant, Effect::StopOtherDevices { winner: device.clone() }]);
    effects.extend(call.show_desk());
    call.changed(State::Connected { since: now, device }, effects)
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        LATER, apply, assert_refused_when_ended, calling, connected, device, dialing, owed, ringing,
    };
    use super::{Effect, EventKind, Refused, State};
    use crate::Side;

    fn accept(name: &str) -> Command {
        Command::Accept { device: device(name), offer: Some("v=0".to_owned()) }
    }

    #[test]
    fn the_first_device_wins_and_the_business_gets_the_offer() {
        for before in [dialing(), ringing()] {
            let applied = apply(&before, accept("phone")).unwrap();
            assert_eq!(applied.call.state, State::Connected { since: LATER, device: device("phone") });
            assert_eq!(applied.call.version, 1);
            let update = EventKind::MediaUpdate { version: 1, sdp: "v=0".to_owned() };
            let expected = [
                owed(&before, EventKind::Accepted),
                owed(&before, update),
                Effect::OfferSent { side: Side::Business },
                Effect::Grant,
                Effect::StopOtherDevices { winner: device("phone") },
            ];
            assert_eq!(applied.effects, expected);
        }
    }

    #[test]
    fn later_accepts() {
        assert_eq!(apply(&connected(), accept("phone")), Ok(connected().unchanged()));
        assert_eq!(apply(&calling(), accept("phone")), Err(Refused::WrongDirection));
        assert_eq!(apply(&connected(), accept("tablet")), Err(Refused::AlreadyAccepted));
        assert_refused_when_ended(accept("phone"));
    }
}
