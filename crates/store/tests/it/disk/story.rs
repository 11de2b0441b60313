use offhook_call::Psid;
use offhook_faulty_disk::Moment;
use offhook_store::{AttemptOutcome, DeliveryId, DeliveryState, DeliveryStatus};

use super::world::{Share, World};

/// What one consumer was told, step by step; nobody else changes their share.
pub(super) struct Story {
    pub(super) psid: Psid,
    pub(super) steps: Vec<Step>,
}

/// One request. A refused one leaves the share as it was.
pub(super) struct Step {
    pub(super) begun: Moment,
    pub(super) acknowledged: Moment,
    pub(super) then: Share,
}

/// A try of a webhook, recorded.
pub(super) struct Try {
    pub(super) acknowledged: Moment,
    pub(super) delivery: DeliveryId,
    /// Tries with this one.
    pub(super) attempts: u32,
    pub(super) outcome: AttemptOutcome,
}

impl Story {
    /// The share must be as the last acknowledged step left it, or as the one that was under way would: nothing of it
    /// less, nothing of a refused request, nothing by halves.
    pub(super) fn check(&self, at: Moment, found: &Share) -> Result<(), String> {
        let Some(known) = self.steps.iter().rposition(|step| step.acknowledged <= at) else { return Ok(()) };
        let possible = self.steps[known..].iter().enumerate().filter(|(later, step)| *later == 0 || step.begun <= at);
        if possible.into_iter().any(|(_, step)| step.then == *found) {
            return Ok(());
        }
        Err(format!("{} at {at:?}, after step {known}: {:?}\nfound {found:?}", self.psid, self.steps[known].then))
    }
}

impl Try {
    pub(super) fn check(&self, at: Moment, world: &World) -> Result<(), String> {
        let found = world.deliveries.iter().find(|found| found.id == self.delivery);
        if at < self.acknowledged || found.is_some_and(|found| self.stands_in(found)) {
            return Ok(());
        }
        Err(format!("try {} of {:?} at {at:?}: {found:?}", self.attempts, self.delivery))
    }

    fn stands_in(&self, found: &DeliveryState) -> bool {
        let settled = match self.outcome {
            AttemptOutcome::Delivered => found.state == DeliveryStatus::Delivered,
            AttemptOutcome::Dead | AttemptOutcome::Gone => found.state == DeliveryStatus::Dead,
            AttemptOutcome::RetryAt(_) => true,
        };
        found.attempts >= self.attempts && settled
    }
}
