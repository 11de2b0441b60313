//! Values that a scenario writes in its own way.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de};

use crate::phone::Digit;

/// A time like `1.5s`, `200ms` or `1m 30s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time(pub(super) Duration);

/// Keys like `42#`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Keys(pub(super) Vec<Digit>);

/// A frequency that a phone can carry, in Hz.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hz(pub(super) u32);

/// A level below full scale, in dBFS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dbfs(pub(super) f32);

/// 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Percent(pub(super) u8);

/// Longest time that a scenario may name.
const TIME_MAX: Duration = Duration::from_secs(4 * 3600);

/// Keys pressed in one step; a keypad holds no more.
const KEYS_MAX: usize = 64;

const HZ: std::ops::RangeInclusive<u32> = 20..=20_000;

const DBFS: std::ops::RangeInclusive<f32> = -100.0..=0.0;

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match humantime::parse_duration(&text) {
            Ok(time) if time <= TIME_MAX => Ok(Self(time)),
            Ok(_) => Err(de::Error::custom(format!("`{text}` is longer than {} hours", TIME_MAX.as_secs() / 3600))),
            Err(_) => Err(de::Error::custom(format!("`{text}` is no time like \"1.5s\", \"200ms\" or \"1m 30s\""))),
        }
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let keys: Vec<Digit> =
            text.chars().map(Digit::try_from).collect::<Result<_, _>>().map_err(de::Error::custom)?;
        if keys.is_empty() || keys.len() > KEYS_MAX {
            return Err(de::Error::custom(format!("1 to {KEYS_MAX} keys are pressed at a time")));
        }
        Ok(Self(keys))
    }
}

impl<'de> Deserialize<'de> for Hz {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hz = u32::deserialize(deserializer)?;
        let known = HZ.contains(&hz);
        known
            .then_some(Self(hz))
            .ok_or_else(|| de::Error::custom(format!("{hz} is no frequency from {} to {} Hz", HZ.start(), HZ.end())))
    }
}

impl<'de> Deserialize<'de> for Dbfs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let dbfs = f32::deserialize(deserializer)?;
        let known = DBFS.contains(&dbfs);
        known.then_some(Self(dbfs)).ok_or_else(|| {
            de::Error::custom(format!("{dbfs} is no level from {} to {} dBFS", DBFS.start(), DBFS.end()))
        })
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let percent = u8::deserialize(deserializer)?;
        (percent <= 100).then_some(Self(percent)).ok_or_else(|| de::Error::custom("a percentage is 0 to 100"))
    }
}
