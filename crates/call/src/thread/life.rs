use serde::{Deserialize, Serialize};

use crate::Duration;

/// For how many days a call button works: 1 to 7, 7 unless told (Meta's call prompt and call button pages).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct LifeDays(u8);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a call button works for 1 to 7 days")]
pub struct InvalidLife;

impl LifeDays {
    pub fn duration(self) -> Duration {
        Duration::from_hours(24) * u32::from(self.0)
    }
}

impl Default for LifeDays {
    fn default() -> Self {
        Self(7)
    }
}

impl TryFrom<u64> for LifeDays {
    type Error = InvalidLife;

    fn try_from(days: u64) -> Result<Self, InvalidLife> {
        match u8::try_from(days) {
            Ok(days @ 1..=7) => Ok(Self(days)),
            Ok(_) | Err(_) => Err(InvalidLife),
        }
    }
}

impl From<LifeDays> for u64 {
    fn from(days: LifeDays) -> u64 {
        days.0.into()
    }
}
