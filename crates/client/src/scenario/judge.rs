//! Whether a condition holds, and what is there instead.

use offhook_call::{EndReason, Status};

use super::script::Condition;
use super::senses::{Call, Refused, Senses};
use crate::phone::Digit;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    Holds,
    NotYet,
    /// It cannot come true any more, for this reason.
    Never(String),
}

impl Senses {
    /// Judges a condition. Keys and messages that make one true are used up. Of webhooks the server knows, not a device.
    pub(super) fn judge(&mut self, what: &Condition) -> Judgement {
        if self.has(what) {
            return Judgement::Holds;
        }
        match (what, self.call, &self.refused) {
            (Condition::Ended { .. }, Call::Ended { status, reason, .. }, _) => {
                Judgement::Never(format!("it ended otherwise: {}", ended(status, reason)))
            }
            (Condition::Refused { .. }, _, Some(Refused { error, detail })) => {
                Judgement::Never(format!("the server refused for another reason: {error}: {detail}"))
            }
            (Condition::Connected, call, refused) => over(call, refused.as_ref()),
            (_, call, refused) if needs_call(what) => match over(call, refused.as_ref()) {
                Judgement::Never(reason) => Judgement::Never(format!("{reason}; until then {}", self.instead(what))),
                judgement @ (Judgement::Holds | Judgement::NotYet) => judgement,
            },
            (_, _, _) => Judgement::NotYet,
        }
    }

    fn has(&mut self, what: &Condition) -> bool {
        match what {
            Condition::Ringing => matches!(self.call, Call::Ringing(_)),
            Condition::Connected => self.is_connected(),
            Condition::Ended { status, reason } => self.ended_so(*status, *reason),
            Condition::AnsweredElsewhere => matches!(self.call, Call::AnsweredElsewhere(_)),
            Condition::Refused { error } => {
                self.refused.as_ref().is_some_and(|refused| error.as_ref().is_none_or(|error| refused.error == *error))
            }
            Condition::Level { above_dbfs, length } => {
                self.hearing.level(*length).is_some_and(|level| level > *above_dbfs)
            }
            Condition::Tone { hz, length } => self.hearing.has_tone(*hz, *length),
            Condition::Speech { length } => self.hearing.has_speech(*length),
            Condition::Silence { below_dbfs, length } => self.hearing.is_silent(*below_dbfs, *length),
            Condition::Keys(digits) => self.take_keys(digits),
            Condition::Video { frames } => self.frames() >= self.frames_before + frames,
            Condition::RoundTrip { under } => self.round_trip().is_some_and(|round_trip| round_trip < *under),
            Condition::Message { containing } => self.take_message(containing.as_deref()),
            Condition::PermissionRequest => self.asked,
            Condition::Webhook(_) => false,
        }
    }

    /// What is there instead of a condition, in words.
    pub(super) fn instead(&self, what: &Condition) -> String {
        match what {
            Condition::Level { .. } | Condition::Tone { .. } | Condition::Speech { .. } | Condition::Silence { .. } => {
                self.hearing.describe()
            }
            Condition::Keys(_) if self.keys.is_empty() => "no key was pressed".to_owned(),
            Condition::Keys(_) => format!("the keys so far are {}", word(&self.keys)),
            Condition::Video { .. } => {
                format!("{} whole frames came", self.frames().saturating_sub(self.frames_before))
            }
            Condition::RoundTrip { .. } => match self.round_trip() {
                Some(round_trip) => format!("the round trip is {} ms", round_trip.as_millis()),
                None => "no echo of a marked tone came back".to_owned(),
            },
            Condition::Message { .. } if self.messages.is_empty() => "no message came".to_owned(),
            Condition::Message { .. } => format!("the messages so far are {:?}", self.messages),
            Condition::PermissionRequest => "no request waits for an answer".to_owned(),
            Condition::Refused { .. } => "nothing was refused".to_owned(),
            Condition::Ringing | Condition::Connected | Condition::Ended { .. } | Condition::AnsweredElsewhere => {
                self.state()
            }
            Condition::Webhook(_) => "no such webhook was acknowledged".to_owned(),
        }
    }

    /// The state of the call, in words.
    pub(super) fn state(&self) -> String {
        match self.call {
            Call::None => "there is no call".to_owned(),
            Call::Ringing(_) => "the call rings".to_owned(),
            Call::PickingUp(_) => "the server has not answered the accept".to_owned(),
            Call::Calling(None) => "the server has not taken the call".to_owned(),
            Call::Calling(Some(_)) => "the business has not answered".to_owned(),
            Call::Talking(_) if self.is_connected() => "the call is connected".to_owned(),
            Call::Talking(_) => "the call is answered, and its media does not flow".to_owned(),
            Call::AnsweredElsewhere(_) => "another device has answered".to_owned(),
            Call::Ended { status, reason, .. } => format!("the call has ended: {}", ended(status, reason)),
        }
    }

    fn ended_so(&self, wanted_status: Option<Status>, wanted_reason: Option<EndReason>) -> bool {
        let Call::Ended { status, reason, .. } = self.call else { return false };
        wanted_status.is_none_or(|wanted| wanted == status) && wanted_reason.is_none_or(|wanted| wanted == reason)
    }

    /// Uses up the keys as far as these, if they came one after the other.
    fn take_keys(&mut self, wanted: &[Digit]) -> bool {
        let Some(at) = self.keys.windows(wanted.len()).position(|keys| keys == wanted) else { return false };
        self.keys.drain(..at + wanted.len());
        true
    }

    fn take_message(&mut self, wanted: Option<&str>) -> bool {
        let found = self.messages.iter().position(|text| wanted.is_none_or(|wanted| text.contains(wanted)));
        found.map(|at| self.messages.drain(..=at).count()).is_some()
    }
}

/// Whether a condition is about the call that the device is in.
fn needs_call(what: &Condition) -> bool {
    match what {
        Condition::Connected
        | Condition::Level { .. }
        | Condition::Tone { .. }
        | Condition::Speech { .. }
        | Condition::Silence { .. }
        | Condition::Keys(_)
        | Condition::Video { .. }
        | Condition::RoundTrip { .. } => true,
        Condition::Ringing
        | Condition::Ended { .. }
        | Condition::AnsweredElsewhere
        | Condition::Refused { .. }
        | Condition::Message { .. }
        | Condition::PermissionRequest
        | Condition::Webhook(_) => false,
    }
}

/// What becomes of a condition about a call that may be over.
fn over(call: Call, refused: Option<&Refused>) -> Judgement {
    match (call, refused) {
        (Call::Ended { status, reason, .. }, _) => {
            Judgement::Never(format!("the call has ended: {}", ended(status, reason)))
        }
        (Call::AnsweredElsewhere(_), _) => Judgement::Never("another device has answered".to_owned()),
        (Call::None, Some(Refused { error, detail })) => {
            Judgement::Never(format!("the server refused: {error}: {detail}"))
        }
        (Call::None | Call::Ringing(_) | Call::PickingUp(_) | Call::Calling(_) | Call::Talking(_), _) => {
            Judgement::NotYet
        }
    }
}

/// As the API writes them.
pub(super) fn ended(status: Status, reason: EndReason) -> String {
    let text = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    format!("{}, {}", text(serde_json::to_value(status)), text(serde_json::to_value(reason)))
}

pub(super) fn word(digits: &[Digit]) -> String {
    digits.iter().map(ToString::to_string).collect()
}
