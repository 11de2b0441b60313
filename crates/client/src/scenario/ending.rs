//! What must hold when all is over.

use std::time::Duration;

use super::judge::ended;
use super::outcome::{CallOutcome, EndOutcome, HeardOutcome};
use super::script::EndCondition;
use super::senses::{Call, Senses};

impl Senses {
    /// Judges an expectation at the end; the error says what is there instead.
    pub(super) fn judge_end(&self, what: &EndCondition) -> Result<(), String> {
        let Call::Ended { status, reason, seconds, .. } = self.call else {
            return Err(format!("no call has ended for this device: {}", self.state()));
        };
        let heard = self.heard();
        let lasted = Duration::from_secs(seconds);
        let (holds, instead) = match what {
            EndCondition::Status(wanted) => (*wanted == status, format!("it ended as {}", ended(status, reason))),
            EndCondition::Reason(wanted) => (*wanted == reason, format!("it ended as {}", ended(status, reason))),
            EndCondition::LastedMin(min) => (lasted >= *min, format!("it lasted {seconds} s")),
            EndCondition::LastedMax(max) => (lasted <= *max, format!("it lasted {seconds} s")),
            EndCondition::SilenceMax(max) => (
                self.hearing.longest_silence() <= *max,
                format!("nothing was heard for {} ms", heard.longest_silence_ms),
            ),
            EndCondition::HeardMin(min) => {
                (self.hearing.sounding() >= *min, format!("{} ms of sound were heard", heard.sounding_ms))
            }
            EndCondition::LossMax(max) => {
                let percent = heard.loss_percent();
                (percent <= *max, format!("{percent:.1} % of the packets were lost"))
            }
            EndCondition::RoundTripMax(max) => match self.round_trip() {
                Some(round_trip) => (round_trip <= *max, format!("the round trip was {} ms", round_trip.as_millis())),
                None => (false, "no echo of a marked tone came back".to_owned()),
            },
            EndCondition::FramesMin(min) => (heard.frames >= *min, format!("{} whole frames came", heard.frames)),
        };
        holds.then_some(()).ok_or(instead)
    }

    pub(super) fn heard(&self) -> HeardOutcome {
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let statistics = self.statistics.as_ref();
        HeardOutcome {
            dbfs: statistics.and_then(|statistics| statistics.heard.level.dbfs()),
            sounding_ms: millis(self.hearing.sounding()),
            longest_silence_ms: millis(self.hearing.longest_silence()),
            packets: statistics.map_or(0, |statistics| statistics.packets_played()),
            packets_lost: statistics.map_or(0, |statistics| statistics.packets_lost()),
            round_trip_ms: self.round_trip().map(millis),
            frames: self.frames(),
        }
    }

    pub(super) fn call_outcome(&self) -> Option<CallOutcome> {
        let id = self.call_id()?;
        let end = match self.call {
            Call::Ended { status, reason, seconds, .. } => Some(EndOutcome { status, reason, seconds }),
            Call::None
            | Call::Ringing(_)
            | Call::PickingUp(_)
            | Call::Calling(_)
            | Call::Talking(_)
            | Call::AnsweredElsewhere(_) => None,
        };
        Some(CallOutcome { id, end })
    }
}

impl HeardOutcome {
    fn loss_percent(&self) -> f32 {
        let sent = self.packets + self.packets_lost;
        if sent == 0 { 0.0 } else { 100.0 * self.packets_lost as f32 / sent as f32 }
    }
}
