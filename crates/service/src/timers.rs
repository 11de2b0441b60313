//! When which call must be looked at again.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{CallId, Time, Turn};
use tokio::sync::Notify;

/// The deadlines of live calls, in order. Derived from the calls' states: [`Service::reconcile`](crate::Service) sets
/// one that was lost.
#[derive(Default)]
pub(crate) struct Timers {
    queue: Mutex<Queue>,
    /// Woken when the earliest deadline may have changed.
    changed: Notify,
}

#[derive(Default)]
struct Queue {
    by_time: BTreeSet<(Time, CallId)>,
    by_call: HashMap<CallId, Time>,
}

impl Timers {
    /// Sets the one deadline of a call, or removes it.
    pub(crate) fn set(&self, call: CallId, deadline: Option<Time>) {
        let mut queue = self.lock();
        if let Some(before) = queue.by_call.remove(&call) {
            queue.by_time.remove(&(before, call));
        }
        if let Some(deadline) = deadline {
            queue.by_call.insert(call, deadline);
            queue.by_time.insert((deadline, call));
        }
        drop(queue);
        self.changed.notify_one();
    }

    /// Sets the deadline of a call that has none; whether it had none.
    pub(crate) fn set_if_missing(&self, call: CallId, deadline: Time) -> bool {
        let missing = !self.lock().by_call.contains_key(&call);
        if missing {
            self.set(call, Some(deadline));
        }
        missing
    }

    /// Moves all deadlines.
    pub(crate) fn turn(&self, by: Turn) {
        let mut queue = self.lock();
        for deadline in queue.by_call.values_mut() {
            *deadline = *deadline + by;
        }
        queue.by_time = queue.by_call.iter().map(|(&call, &deadline)| (deadline, call)).collect();
        drop(queue);
        self.changed.notify_one();
    }

    /// The clock was moved: deadlines are nearer than they were.
    pub(crate) fn look_again(&self) {
        self.changed.notify_one();
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<(Time, CallId)> {
        self.lock().by_time.first().copied()
    }

    /// Returns when deadlines, or how near they are, changed since the last return.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Every change leaves the queue whole, so a panic elsewhere does not spoil it.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
