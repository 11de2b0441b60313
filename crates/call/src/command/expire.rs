//! Time passed: an unanswered call stops ringing, a connected one reaches its maximum length. A consumer whose call
//! nobody answered in time may be called back (contract section 4: a call that the business missed).

use super::{Applied, Refused};
use crate::{Call, Effect, EndReason, Limits, State, Time};

pub(super) fn apply(call: &Call, now: Time, limits: &Limits) -> Result<Applied, Refused> {
    if call.deadline(limits).is_some_and(|deadline| now < deadline) {
        return Err(Refused::NotDue);
    }
    match &call.state {
        State::Dialing | State::Ringing { .. } => call.end(EndReason::NoAnswer, now),
        State::Calling { .. } => {
            let mut applied = call.end(EndReason::NoAnswer, now)?;
            applied.effects.push(Effect::Grant);
            Ok(applied)
        }
        State::Connected { .. } | State::Ended(_) => call.end(EndReason::MaxDuration, now),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Command::Expire;
    use super::super::table::{LIMITS, NOW, assert_refused_when_ended, calling, connected, dialing, ringing};
    use super::{Effect, EndReason, Refused, State};
    use crate::Duration;

    #[test]
    fn table() {
        let cases = [
            (dialing(), LIMITS.ring_timeout, EndReason::NoAnswer),
            (ringing(), LIMITS.ring_timeout, EndReason::NoAnswer),
            (calling(), LIMITS.ring_timeout, EndReason::NoAnswer),
            (connected(), LIMITS.max_duration, EndReason::MaxDuration),
        ];
        for (call, after, expected) in cases {
            let due = NOW + after;
            assert_eq!(call.deadline(&LIMITS), Some(due));
            let early = call.apply(Expire, due - Duration::from_millis(1), &LIMITS);
            assert_eq!(early, Err(Refused::NotDue));
            let applied = call.apply(Expire, due, &LIMITS).unwrap();
            assert!(matches!(applied.call.state, State::Ended(ended) if ended.reason == expected));
            assert_eq!(applied.effects.contains(&Effect::Grant), call == calling(), "a missed call grants");
        }
        assert_refused_when_ended(Expire);
    }
}
