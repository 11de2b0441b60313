//! A leg never connected, or nothing authenticated came from it for too long.

use super::{Applied, MediaLoss, Refused};
use crate::{Call, EndReason, Time};

pub(super) fn apply(call: &Call, cause: MediaLoss, now: Time) -> Result<Applied, Refused> {
    let reason = match cause {
        MediaLoss::NeverConnected => EndReason::MediaNeverConnected,
        MediaLoss::Silent => EndReason::MediaLost,
    };
    call.end(reason, now)
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{assert_ends, assert_refused_when_ended, calling, connected, dialing, ringing};
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
}
