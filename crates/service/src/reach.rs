//! Whether media reaches somebody: legs that belong to no call.

use std::collections::HashMap;
use std::sync::Mutex;

use offhook_call::{CallId, ConsumerAudio, Duration, Side, Time};

use crate::{NegotiateError, Service};

/// Why no such leg was opened.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    #[error(transparent)]
    Offer(#[from] NegotiateError),
    #[error("as many legs of no call as may be are open")]
    TooMany,
}

impl Service {
    /// Answers an offer with a leg that belongs to no call and carries nothing; it stays for [`REACH_FOR`].
    pub fn reach(&self, offer: &str) -> Result<String, ReachError> {
        let call = CallId(rand::random());
        let negotiated = self.media().negotiate(call, Side::Business, offer, &[], ConsumerAudio::SameSection)?;
        if !self.inner.reaches.open(call, self.now()) {
            return Err(ReachError::TooMany);
        }
        (negotiated.open)();
        Ok(negotiated.answer)
    }
}

/// The legs of no call, and until when they may stay. Reconciling closes the others' bridges.
#[derive(Default)]
pub(crate) struct Reaches(Mutex<HashMap<CallId, Time>>);

impl Reaches {
    /// `false`: there are too many.
    fn open(&self, call: CallId, now: Time) -> bool {
        let mut open = self.0.lock().expect("nobody panics while holding it");
        open.retain(|_, until| *until > now);
        let has_room = open.len() < REACHES_MAX;
        if has_room {
            open.insert(call, now + REACH_FOR);
        }
        has_room
    }

    pub(crate) fn may_stay(&self, call: CallId, now: Time) -> bool {
        let open = self.0.lock().expect("nobody panics while holding it");
        open.get(&call).is_some_and(|until| *until > now)
    }
}

/// A browser has connected by then, or does not.
pub const REACH_FOR: Duration = Duration::from_secs(30);
const REACHES_MAX: usize = 32;
