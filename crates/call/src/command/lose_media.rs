//! A leg never connected, or nothing authenticated came from it for too long. A call whose time has passed by then ends
//! for that, whichever of the two is noticed first (after the whole process was stopped for a while, both are due).

use super::{Applied, MediaLoss, Refused, expire};
use crate::{Call, EndReason, Limits, Time};

pub(super) fn apply(call: &Call, cause: MediaLoss, now: Time, limits: &Limits) -> Result<Applied, Refused> {
    if call.deadline(limits).is_some_and(|deadline| deadline <= now) {
        return expire::apply(call, now, limits);
    }
    let reason = match cause {
        MediaLoss::NeverConnected => EndReason::MediaNeverConnected,
        MediaLoss::Silent => EndReason::MediaLost,
    };
    call.end(reason, now)
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{
        LIMITS, NOW, assert_ends, assert_refused_when_ended, calling, connected, dialing, ringing,
    };
    use super::{EndReason, MediaLoss};

    #[test]
    fn table() {
        let causes =
            [(MediaLoss::NeverConnected, EndReason::MediaNeverConnected), (MediaLoss::Silent, EndReason::MediaLost)];
        for (cause, reason) in causes {
            for call in [dialing(), ringing(), calling(), connected()] {
                assert_ends(&call, Command::LoseMedia { cause }, reason);
            }
            assert_refused_when_ended(Command::LoseMedia { cause });
        }
    }

    #[test]
    fn a_call_whose_time_has_passed_ends_for_that() {
        let cases =
            [(dialing(), LIMITS.ring_timeout), (ringing(), LIMITS.ring_timeout), (connected(), LIMITS.max_duration)];
        for (call, after) in cases {
            let due = NOW + after;
            let lost = Command::LoseMedia { cause: MediaLoss::Silent };
            assert_eq!(call.apply(lost, due, &LIMITS), call.apply(Command::Expire, due, &LIMITS));
        }
    }
}
