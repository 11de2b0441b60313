//! The SDP sessions of the calls that have a leg.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{CallId, Side};
use offhook_media::{Change, LegChange, Sessions};

/// Every call with a leg, from the first leg until [`Self::remove`].
#[derive(Debug)]
pub(crate) struct Calls {
    max: usize,
    /// Boxed, because they are large and the map has free places.
    calls: Mutex<HashMap<CallId, Box<Sessions>>>,
}

impl Calls {
    /// `max`: calls whose sessions are kept. Beyond it no shard opens a bridge either.
    pub(crate) fn new(max: usize) -> Self {
        Self { max, calls: Mutex::default() }
    }

    /// The call's sessions, or empty ones.
    pub(crate) fn with<T>(&self, call: CallId, work: impl FnOnce(&Sessions) -> T) -> T {
        match self.lock().get(&call) {
            Some(sessions) => work(sessions),
            None => work(&Sessions::default()),
        }
    }

    /// Adopts the change and tells what follows from it, in the order of the changes of the call. Nothing follows for a
    /// call that is over, unless the change opens a leg.
    pub(crate) fn adopt(&self, call: CallId, change: Change, mut tell: impl FnMut(Side, LegChange)) {
        let mut calls = self.lock();
        if !calls.contains_key(&call) {
            if !change.opens() {
                return;
            }
            if calls.len() < self.max {
                calls.insert(call, Box::default());
            }
        }
        let mut unkept = Sessions::default();
        let sessions = calls.get_mut(&call).map_or(&mut unkept, Box::as_mut);
        for (side, change) in sessions.adopt(change) {
            tell(side, change);
        }
    }

    pub(crate) fn remove(&self, call: CallId) {
        self.lock().remove(&call);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<CallId, Box<Sessions>>> {
        // A change is made as a whole or not at all, so a panic elsewhere does not spoil the map.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
