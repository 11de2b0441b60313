//! May a business call a consumer? Contract section 4.

use serde::{Deserialize, Serialize};

use crate::{Duration, Time};

/// How long a grant lasts.
pub const PERMISSION_LIFE: Duration = Duration::from_hours(7 * 24);

/// A consumer's permission for one Page, as stored. No record is the same as one that was never granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The grant ends at this moment; a revoke sets it to the moment of the revoke.
    pub expires_at: Time,
    /// It was not said but follows from a call: one that was picked up, or one of the consumer that the business
    /// missed.
    pub implicit: bool,
}

/// What a permission is worth at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PermissionStatus {
    Granted { expires_at: Time },
    None,
}

impl Permission {
    /// A grant that the consumer made `now`: seven days.
    pub fn granted(now: Time) -> Self {
        Self { expires_at: now + PERMISSION_LIFE, implicit: false }
    }

    /// A grant that follows from a call `now`: as long.
    pub fn implied(now: Time) -> Self {
        Self { implicit: true, ..Self::granted(now) }
    }

    /// A revoke made `now`: over at once.
    pub fn revoked(now: Time) -> Self {
        Self { expires_at: now, implicit: false }
    }

    pub fn status(self, now: Time) -> PermissionStatus {
        if now < self.expires_at {
            PermissionStatus::Granted { expires_at: self.expires_at }
        } else {
            PermissionStatus::None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_ends_after_seven_days_and_a_revoke_at_once() {
        let now = Time(1_790_000_000_000);
        let grant = Permission::granted(now);
        let end = Time(1_790_604_800_000);
        assert_eq!(grant.status(Time(end.0 - 1)), PermissionStatus::Granted { expires_at: end });
        assert_eq!(grant.status(end), PermissionStatus::None);
        assert_eq!(Permission::revoked(now).status(now), PermissionStatus::None);
    }
}
