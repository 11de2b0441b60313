//! One step: a bare word, or a table with one deed and what belongs to it.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;
use toml::de::DeValue;

use super::condition;
use super::error::{FormatError, Place};
use super::fields::{Fields, Source};
use super::value::{Dbfs, Hz, Keys, Percent, Time};
use crate::scenario::script::{Action, Deed, Step, Wording};

/// Deeds that need no more than their name.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    Answer,
    Decline,
    Ignore,
    Call,
    HangUp,
    Echo,
    BeSilent,
    Mute,
    Unmute,
    RevokePermission,
    Disconnect,
    Reconnect,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Switch {
    On,
    Off,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Approve,
    Reject,
}

/// The deeds that a table can hold, each by its key.
const DEEDS: [&str; 9] = ["wait", "expect", "play", "tone", "echo", "press", "video", "lose", "write"];
const REPLY: &str = "reply";

const TONE_DBFS: f32 = -20.0;

pub(super) fn read<'s>(source: Source<'s>, value: Spanned<DeValue<'s>>) -> Result<Step, FormatError> {
    let span = value.span();
    let place = Place::at(source.0, span.start);
    let text = plain(source.0.get(span).unwrap_or_default());
    let deed = match value.get_ref() {
        DeValue::String(_) => Deed::Act(source.read::<Word>(value)?.into()),
        _ => table(Fields::of(source, value, "a step that is no word")?)?,
    };
    Ok(Step { wording: Wording { text, place }, deed })
}

/// A step without the braces or quotes around it.
fn plain(text: &str) -> String {
    let bare = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    bare.unwrap_or_else(|| text.trim_matches(['"', '\''])).trim().to_owned()
}

fn table(mut fields: Fields<'_>) -> Result<Deed, FormatError> {
    let named: Vec<_> = DEEDS.into_iter().chain([REPLY]).filter(|deed| fields.has(deed)).collect();
    let deed = match named[..] {
        ["wait"] => wait(&mut fields)?,
        ["expect"] => Deed::Expect(condition::read("expect", &mut fields)?),
        ["play"] => Deed::Act(play(&mut fields)?),
        ["tone"] => Deed::Act(tone(&mut fields)?),
        ["echo"] => Deed::Act(Action::Echo { delay: fields.need::<Time>("echo")?.0 }),
        ["press"] => Deed::Act(Action::Press(fields.need::<Keys>("press")?.0)),
        ["video"] => Deed::Act(match fields.need("video")? {
            Switch::On => Action::ShowVideo,
            Switch::Off => Action::HideVideo,
        }),
        ["lose"] => Deed::Act(Action::Lose { percent: fields.need::<Percent>("lose")?.0 }),
        ["write"] => Deed::Act(Action::Write(fields.need("write")?)),
        [REPLY] => Deed::Act(Action::Permit(matches!(fields.need(REPLY)?, Reply::Approve))),
        [] => {
            let deeds = DEEDS.join("`, `");
            return Err(fields.error(format!("a step is a word, or a table with one of `{deeds}`, `{REPLY}`")));
        }
        [..] => return Err(fields.error(format!("a step is one thing, not `{}`", named.join("` and `")))),
    };
    fields.finish()?;
    Ok(deed)
}

/// A time, or a condition by its name.
fn wait(fields: &mut Fields<'_>) -> Result<Deed, FormatError> {
    let is_time = |text: &str| text.starts_with(|first: char| first.is_ascii_digit());
    if fields.text("wait").is_some_and(is_time) {
        return Ok(Deed::Pause(fields.need::<Time>("wait")?.0));
    }
    Ok(Deed::Wait(condition::read("wait", fields)?))
}

fn play(fields: &mut Fields<'_>) -> Result<Action, FormatError> {
    let file: String = fields.need("play")?;
    let background = fields.take("background")?.unwrap_or(false);
    Ok(Action::Play { file, background })
}

fn tone(fields: &mut Fields<'_>) -> Result<Action, FormatError> {
    let Hz(hz) = fields.need("tone")?;
    let dbfs = fields.take("dbfs")?.map_or(TONE_DBFS, |Dbfs(dbfs)| dbfs);
    let marked = fields.take("marked")?.unwrap_or(false);
    let length = fields.take("for")?.map(|Time(length)| length);
    Ok(Action::Tone { hz, dbfs, marked, length })
}

impl From<Word> for Action {
    fn from(word: Word) -> Self {
        match word {
            Word::Answer => Self::Answer,
            Word::Decline => Self::Decline,
            Word::Ignore => Self::Ignore,
            Word::Call => Self::Call,
            Word::HangUp => Self::HangUp,
            Word::Echo => Self::Echo { delay: Duration::ZERO },
            Word::BeSilent => Self::BeSilent,
            Word::Mute => Self::Mute,
            Word::Unmute => Self::Unmute,
            Word::RevokePermission => Self::Revoke,
            Word::Disconnect => Self::Disconnect,
            Word::Reconnect => Self::Reconnect,
        }
    }
}
