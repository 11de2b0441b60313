//! What is waited for or expected, by its name.

use std::time::Duration;

use serde::Deserialize;

use super::error::FormatError;
use super::fields::Fields;
use super::value::{Dbfs, Hz, Keys, Time};
use crate::scenario::script::{Awaited, Condition};

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Ringing,
    Connected,
    Ended,
    AnsweredElsewhere,
    Refused,
    Level,
    Tone,
    Speech,
    Silence,
    Keys,
    Video,
    RoundTrip,
    Webhook,
    Message,
    PermissionRequest,
}

/// How long a sound must last, if that is not said.
const SOUND: Duration = Duration::from_millis(200);
const SPEECH: Duration = Duration::from_millis(500);
const SILENCE: Duration = Duration::from_secs(1);

/// Longest stretch of sound or silence that can be asked for.
const LENGTH_MAX: Duration = Duration::from_secs(60);

/// Quieter than this is silence, if that is not said.
pub(in crate::scenario) const QUIET_DBFS: f32 = -50.0;

/// A second of the test pattern.
const FRAMES: u64 = 10;

/// What people wait for is waited for longer than machines: a call rings for 60 seconds.
const PATIENCE: Duration = Duration::from_secs(75);
const WITHIN: Duration = Duration::from_secs(10);

/// The condition that the key `deed` names.
pub(super) fn read(deed: &'static str, fields: &mut Fields<'_>) -> Result<Awaited, FormatError> {
    let name: Name = fields.need(deed)?;
    let what = condition(name, fields)?;
    let within = fields.take("within")?.map(|Time(within)| within);
    if let (Some(within), Some(length)) = (within, what.length())
        && within < length
    {
        return Err(fields.error("`within` is shorter than `for`: it could never come true"));
    }
    let within = within.unwrap_or_else(|| patience(name) + what.length().unwrap_or_default());
    Ok(Awaited { what, within })
}

fn condition(name: Name, fields: &mut Fields<'_>) -> Result<Condition, FormatError> {
    Ok(match name {
        Name::Ringing => Condition::Ringing,
        Name::Connected => Condition::Connected,
        Name::Ended => Condition::Ended { status: fields.take("status")?, reason: fields.take("reason")? },
        Name::AnsweredElsewhere => Condition::AnsweredElsewhere,
        Name::Refused => Condition::Refused { error: fields.take("error")? },
        Name::Level => {
            Condition::Level { above_dbfs: fields.need::<Dbfs>("above_dbfs")?.0, length: length(fields, SOUND)? }
        }
        Name::Tone => Condition::Tone { hz: fields.need::<Hz>("hz")?.0, length: length(fields, SOUND)? },
        Name::Speech => Condition::Speech { length: length(fields, SPEECH)? },
        Name::Silence => {
            let below_dbfs = fields.take("below_dbfs")?.map_or(QUIET_DBFS, |Dbfs(dbfs)| dbfs);
            Condition::Silence { below_dbfs, length: length(fields, SILENCE)? }
        }
        Name::Keys => Condition::Keys(fields.need::<Keys>("digits")?.0),
        Name::Video => Condition::Video { frames: fields.take("frames")?.unwrap_or(FRAMES) },
        Name::RoundTrip => Condition::RoundTrip { under: fields.need::<Time>("under")?.0 },
        Name::Webhook => Condition::Webhook(fields.need("event")?),
        Name::Message => Condition::Message { containing: fields.take("containing")? },
        Name::PermissionRequest => Condition::PermissionRequest,
    })
}

fn length(fields: &mut Fields<'_>, default: Duration) -> Result<Duration, FormatError> {
    let length = fields.take("for")?.map_or(default, |Time(length)| length);
    if length.is_zero() || length > LENGTH_MAX {
        return Err(fields.error(format!("`for` is more than nothing, and up to {} s", LENGTH_MAX.as_secs())));
    }
    Ok(length)
}

fn patience(name: Name) -> Duration {
    match name {
        Name::Ringing
        | Name::Connected
        | Name::Ended
        | Name::AnsweredElsewhere
        | Name::Message
        | Name::PermissionRequest => PATIENCE,
        Name::Refused
        | Name::Level
        | Name::Tone
        | Name::Speech
        | Name::Silence
        | Name::Keys
        | Name::Video
        | Name::RoundTrip
        | Name::Webhook => WITHIN,
    }
}

impl Condition {
    /// How long a sound must last for it.
    fn length(&self) -> Option<Duration> {
        match self {
            Self::Level { length, .. }
            | Self::Tone { length, .. }
            | Self::Speech { length }
            | Self::Silence { length, .. } => Some(*length),
            Self::Ringing
            | Self::Connected
            | Self::Ended { .. }
            | Self::AnsweredElsewhere
            | Self::Refused { .. }
            | Self::Keys(_)
            | Self::Video { .. }
            | Self::RoundTrip { .. }
            | Self::Webhook(_)
            | Self::Message { .. }
            | Self::PermissionRequest => None,
        }
    }
}
