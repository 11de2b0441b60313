//! What all calls showed, in bounded memory.

use std::collections::BTreeMap;

use super::hearing::Flow;
use super::notes::{End, Outcome, Step, Webhook};
use super::times::Times;

/// One owner takes every call's outcome into this.
pub(super) struct Tally {
    pub(super) steps: BTreeMap<Step, Times>,
    pub(super) webhooks: BTreeMap<Webhook, Times>,
    pub(super) to_business: Flow,
    /// `None`: nobody of the load listens there.
    pub(super) to_consumer: Option<Flow>,
    pub(super) completed: u64,
    pub(super) interrupted: u64,
    pub(super) failures: BTreeMap<String, u64>,
}

/// Reasons that are told apart; a server that makes up a new one for each refusal shall not fill the memory.
const REASONS_MAX: usize = 64;
const OTHERS: &str = "others";

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            steps: BTreeMap::new(),
            webhooks: BTreeMap::new(),
            to_business: Flow::default(),
            to_consumer: None,
            completed: 0,
            interrupted: 0,
            failures: BTreeMap::new(),
        }
    }

    /// Steps that were reached count whatever became of the call: leaving out slow calls because they failed would flatter
    /// the server.
    pub(super) fn add(&mut self, outcome: &Outcome) {
        for (step, after) in outcome.notes.steps() {
            self.steps.entry(step).or_insert_with(Times::new).record(after);
        }
        for (webhook, lag) in outcome.notes.lags() {
            self.webhooks.entry(webhook).or_insert_with(Times::new).record(lag);
        }
        if let Some(flows) = &outcome.flows {
            self.to_business.add(&flows.to_business);
            if let Some(flow) = &flows.to_consumer {
                self.to_consumer.get_or_insert_default().add(flow);
            }
        }
        match &outcome.end {
            End::AsPlanned => self.completed += 1,
            End::Interrupted => self.interrupted += 1,
            End::Failed(failure) => self.fail(failure.name()),
        }
    }

    pub(super) fn failed(&self) -> u64 {
        self.failures.values().sum()
    }

    pub(super) fn fail(&mut self, name: &str) {
        let name = if self.failures.len() < REASONS_MAX || self.failures.contains_key(name) { name } else { OTHERS };
        *self.failures.entry(name.to_owned()).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::notes::{Failure, Flows, Notes};
    use super::*;

    fn outcome(end: End, flows: Option<Flows>) -> Outcome {
        let due = Instant::now();
        let mut notes = Notes::new(due);
        notes.reach(Step::Answered, due + Duration::from_millis(700));
        Outcome { notes, flows, end }
    }

    #[test]
    fn a_failed_call_counts_by_its_reason_and_for_the_steps_it_reached() {
        let mut tally = Tally::new();
        let flow = Flow { sent: 50, heard: 49, lost: 1, ..Flow::default() };
        let flows = Flows { to_business: flow, to_consumer: Some(flow) };
        tally.add(&outcome(End::AsPlanned, Some(flows)));
        tally.add(&outcome(End::AsPlanned, Some(flows)));
        tally.add(&outcome(End::Failed(Failure::Refused("rate_limited".to_owned())), None));
        tally.add(&outcome(End::Interrupted, None));
        assert_eq!((tally.completed, tally.failed(), tally.interrupted), (2, 1, 1));
        assert_eq!(tally.failures.get("rate_limited"), Some(&1));
        assert_eq!(tally.steps[&Step::Answered].summary().unwrap().count, 4);
        assert_eq!((tally.to_business.lost, tally.to_consumer.unwrap().sent), (2, 100));
    }

    #[test]
    fn reasons_without_end_take_bounded_room() {
        let mut tally = Tally::new();
        (0..1_000).for_each(|number| tally.fail(&format!("reason {number}")));
        assert_eq!((tally.failed(), tally.failures.len()), (1_000, REASONS_MAX + 1));
    }
}
