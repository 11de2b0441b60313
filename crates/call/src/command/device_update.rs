//! The device in the call changes what it sends, or comes back after it lost its media. If that changes what the
//! business gets, the business is told with a new version.

use super::{Applied, Refused};
use crate::{Call, DeviceId, State, Time};

pub(super) fn apply(call: &Call, device: &DeviceId, offer: Option<String>, now: Time) -> Result<Applied, Refused> {
    match &call.state {
        State::Dialing | State::Ringing { .. } => Err(Refused::NotConnected),
        State::Calling { device: holder } | State::Connected { device: holder, .. } if holder != device => {
            Err(Refused::OtherDevice)
        }
        // Nobody hears or sees it yet.
        State::Calling { .. } => Ok(call.unchanged()),
        State::Connected { .. } => Ok(call.offered(offer, now)),
        State::Ended(ended) => Err(Refused::Ended(*ended)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        answered, apply, assert_refused_when_ended, calling, connected, device, dialing, owed, ringing,
    };
    use super::{Call, Refused};
    use crate::{Effect, EventKind, Side};

    fn update(name: &str, offer: Option<&str>) -> Command {
        Command::DeviceUpdate { device: device(name), offer: offer.map(str::to_owned) }
    }

    #[test]
    fn what_changes_for_the_business_is_a_new_version() {
        for call in [connected(), answered()] {
            let call = Call { version: 4, ..call };
            assert_eq!(apply(&call, update("phone", None)), Ok(call.unchanged()));
            let applied = apply(&call, update("phone", Some("v=0"))).unwrap();
            assert_eq!(applied.call, Call { version: 5, ..call.clone() });
            let told = owed(&call, EventKind::MediaUpdate { version: 5, sdp: "v=0".to_owned() });
            assert_eq!(applied.effects, [told, Effect::OfferSent { side: Side::Business }]);
        }
    }

    #[test]
    fn table() {
        assert_eq!(apply(&calling(), update("phone", None)), Ok(calling().unchanged()));
        for call in [calling(), connected(), answered()] {
            assert_eq!(apply(&call, update("tablet", None)), Err(Refused::OtherDevice));
        }
        for call in [dialing(), ringing()] {
            assert_eq!(apply(&call, update("phone", None)), Err(Refused::NotConnected));
        }
        assert_refused_when_ended(update("phone", None));
    }
}
