//! The server cannot carry the call on.

use super::{Abandonment, Applied, Refused};
use crate::{Call, EndReason, Time};

pub(super) fn apply(call: &Call, cause: Abandonment, now: Time) -> Result<Applied, Refused> {
    let reason = match cause {
        Abandonment::NodeLost => EndReason::NodeLost,
        Abandonment::ServerStopping => EndReason::ServerStopping,
        Abandonment::InternalError => EndReason::InternalError,
    };
    call.end(reason, now)
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::table::{assert_ends, assert_refused_when_ended, calling, connected, dialing, ringing};
    use super::{Abandonment, EndReason};

    #[test]
    fn table() {
        let causes = [
            (Abandonment::NodeLost, EndReason::NodeLost),
            (Abandonment::ServerStopping, EndReason::ServerStopping),
            (Abandonment::InternalError, EndReason::InternalError),
        ];
        for (cause, reason) in causes {
            for call in [dialing(), ringing(), calling(), connected()] {
                assert_ends(&call, Command::Abandon { cause }, reason);
            }
            assert_refused_when_ended(Command::Abandon { cause });
        }
    }
}
