//! What must hold when all is over: each key is an expectation of its own.

use serde::Deserialize;

use super::error::{FormatError, Place};
use super::fields::Fields;
use super::value::Time;
use crate::scenario::script::{Check, EndCondition, Wording};

/// Loss in percent.
#[derive(Deserialize)]
#[serde(transparent)]
struct Loss(f32);

pub(super) fn read(mut fields: Fields<'_>) -> Result<Vec<Check>, FormatError> {
    let mut checks = Vec::new();
    let all = &mut checks;
    check(&mut fields, "status", all, EndCondition::Status)?;
    check(&mut fields, "reason", all, EndCondition::Reason)?;
    check(&mut fields, "lasted_min", all, |Time(time)| EndCondition::LastedMin(time))?;
    check(&mut fields, "lasted_max", all, |Time(time)| EndCondition::LastedMax(time))?;
    check(&mut fields, "silence_max", all, |Time(time)| EndCondition::SilenceMax(time))?;
    check(&mut fields, "heard_min", all, |Time(time)| EndCondition::HeardMin(time))?;
    check(&mut fields, "loss_max_percent", all, |Loss(percent)| EndCondition::LossMax(percent))?;
    check(&mut fields, "round_trip_max", all, |Time(time)| EndCondition::RoundTripMax(time))?;
    check(&mut fields, "frames_min", all, EndCondition::FramesMin)?;
    fields.finish()?;
    checks.sort_by_key(|check| (check.wording.place.line, check.wording.place.column));
    Ok(checks)
}

fn check<'s, T: Deserialize<'s>>(
    fields: &mut Fields<'s>,
    key: &'static str,
    checks: &mut Vec<Check>,
    what: impl FnOnce(T) -> EndCondition,
) -> Result<(), FormatError> {
    let source = fields.source;
    let Some(value) = fields.value(key) else { return Ok(()) };
    let span = value.span();
    let text = source.0.get(span.clone()).unwrap_or_default().trim_matches('"');
    let wording = Wording { text: format!("end: {key} = {text}"), place: Place::at(source.0, span.start) };
    checks.push(Check { wording, what: what(source.read(value)?) });
    Ok(())
}
