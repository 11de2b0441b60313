//! When a business may report what it measured of a call (Meta's call metrics page).

use crate::{AppId, Call, Duration, State, Time};

/// How long after the end of a call its metrics are taken.
const METRICS_DUE: Duration = Duration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricsRefused {
    /// The call is another app's.
    NotOwner,
    /// The call has not ended.
    InProgress,
    /// The call ended more than 24 hours ago.
    TooLate,
    /// They were taken before.
    Twice,
}

impl Call {
    /// Decides on a report of `app`. `submitted`: there is one already.
    pub fn take_metrics(&self, app: AppId, submitted: bool, now: Time) -> Result<(), MetricsRefused> {
        if !self.is_for(app) {
            return Err(MetricsRefused::NotOwner);
        }
        let ended_at = match &self.state {
            State::Ended(ended) => ended.at,
            State::Dialing | State::Ringing { .. } | State::Calling { .. } | State::Connected { .. } => {
                return Err(MetricsRefused::InProgress);
            }
        };
        if submitted {
            Err(MetricsRefused::Twice)
        } else if now.since(ended_at) > METRICS_DUE {
            Err(MetricsRefused::TooLate)
        } else {
            Ok(())
        }
    }
}
