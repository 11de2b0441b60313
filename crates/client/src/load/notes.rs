//! What one call showed.

use std::time::{Duration, Instant};

use serde::Serialize;

use super::hearing::Flow;

/// The steps of a call's set-up, in the order in which they usually come. All times count from the moment at which the
/// call should have started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The request is made: whatever that takes is the load generator's own.
    Asked,
    /// The server has answered it.
    Answered,
    /// The webhook of the ringing device; of a consumer's call, that of the call.
    Ringing,
    /// The webhook of the pick-up; of a consumer's call, the answer to the business's accept.
    Accepted,
    BusinessIce,
    BusinessDtls,
    ConsumerIce,
    ConsumerDtls,
    /// The first packet of the consumer.
    HeardByBusiness,
    /// The first packet of the business.
    HeardByConsumer,
    /// Both hear each other.
    Talking,
}

impl Step {
    pub const ALL: [Self; 11] = [
        Self::Asked,
        Self::Answered,
        Self::Ringing,
        Self::Accepted,
        Self::BusinessIce,
        Self::BusinessDtls,
        Self::ConsumerIce,
        Self::ConsumerDtls,
        Self::HeardByBusiness,
        Self::HeardByConsumer,
        Self::Talking,
    ];
}

/// The webhooks of a call. Their lag counts from when what they tell of was asked for: by the request of the business or
/// the message of the consumer's device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Webhook {
    Connect,
    Ringing,
    Accepted,
    MediaUpdate,
    Terminate,
}

impl Webhook {
    pub const ALL: [Self; 5] = [Self::Connect, Self::Ringing, Self::Accepted, Self::MediaUpdate, Self::Terminate];
}

/// Moments of a call; of several of a kind the first counts.
#[derive(Debug)]
pub(super) struct Notes {
    due: Instant,
    steps: Vec<(Step, Instant)>,
    causes: Vec<(Webhook, Instant)>,
    webhooks: Vec<(Webhook, Instant)>,
}

/// What a call came to.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) notes: Notes,
    /// To the business and to the consumer, if both were heard to the end.
    pub(super) flows: Option<Flows>,
    pub(super) end: End,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Flows {
    pub(super) to_business: Flow,
    /// `None`: somebody else listens there.
    pub(super) to_consumer: Option<Flow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    AsPlanned,
    /// Whoever runs the load gave up before the parties talked.
    Interrupted,
    Failed(Failure),
}

/// Why a call was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Calls before it lasted longer than they should have.
    NoConsumerFree,
    /// By the API or the consumer's channel, under this name.
    Refused(String),
    /// Not delivered, or not answered in time.
    NoAnswer,
    /// Answered, but not as the API does.
    NotUnderstood,
    /// Nobody picked up in time, as far as was told.
    NotAccepted,
    BusinessHeardNothing,
    ConsumerHeardNothing,
    /// By somebody else than the load.
    EndedEarly,
    /// Ended, but nobody was told.
    EndNotTold,
    /// Sockets or threads of this machine.
    Machine,
}

impl Failure {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::NoConsumerFree => "no_consumer_free",
            Self::Refused(name) => name,
            Self::NoAnswer => "no_answer",
            Self::NotUnderstood => "not_understood",
            Self::NotAccepted => "not_accepted",
            Self::BusinessHeardNothing => "business_heard_nothing",
            Self::ConsumerHeardNothing => "consumer_heard_nothing",
            Self::EndedEarly => "ended_early",
            Self::EndNotTold => "end_not_told",
            Self::Machine => "load_generator_failed",
        }
    }
}

impl Notes {
    pub(super) fn new(due: Instant) -> Self {
        Self { due, steps: Vec::new(), causes: Vec::new(), webhooks: Vec::new() }
    }

    pub(super) fn reach(&mut self, step: Step, at: Instant) {
        note(&mut self.steps, step, at);
    }

    pub(super) fn has(&self, step: Step) -> bool {
        self.steps.iter().any(|(known, _)| *known == step)
    }

    /// From now on this webhook is owed.
    pub(super) fn cause(&mut self, webhook: Webhook, at: Instant) {
        note(&mut self.causes, webhook, at);
    }

    pub(super) fn came(&mut self, webhook: Webhook, at: Instant) {
        note(&mut self.webhooks, webhook, at);
    }

    /// The set-up's steps that were reached, and after how long.
    pub(super) fn steps(&self) -> impl Iterator<Item = (Step, Duration)> {
        self.steps.iter().map(|(step, at)| (*step, at.saturating_duration_since(self.due)))
    }

    /// The webhooks that came, and how long after they were owed.
    pub(super) fn lags(&self) -> impl Iterator<Item = (Webhook, Duration)> {
        self.webhooks.iter().filter_map(|(webhook, came)| {
            let (_, cause) = self.causes.iter().find(|(known, _)| known == webhook)?;
            Some((*webhook, came.saturating_duration_since(*cause)))
        })
    }
}

fn note<T: PartialEq>(moments: &mut Vec<(T, Instant)>, what: T, at: Instant) {
    if moments.iter().all(|(known, _)| *known != what) {
        moments.push((what, at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_late_start_is_part_of_every_step_and_of_no_lag() {
        let due = Instant::now();
        let mut notes = Notes::new(due);
        notes.reach(Step::Asked, due + 300 * MS);
        notes.cause(Webhook::Connect, due + 300 * MS);
        notes.reach(Step::Answered, due + 310 * MS);
        notes.came(Webhook::Connect, due + 320 * MS);
        notes.came(Webhook::Connect, due + 5_000 * MS);
        notes.came(Webhook::Terminate, due + 5_000 * MS);
        let steps: Vec<_> = notes.steps().collect();
        assert_eq!(steps, [(Step::Asked, 300 * MS), (Step::Answered, 310 * MS)]);
        let lags: Vec<_> = notes.lags().collect();
        assert_eq!(lags, [(Webhook::Connect, 20 * MS)], "the first counts, and what nobody owed has no lag");
    }
}
