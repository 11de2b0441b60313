//! One change of a call's media at a time.

use std::array;

use offhook_call::CallId;
use tokio::sync::{Mutex, MutexGuard};

/// Whoever changes the media of a call holds its turn from the reading of an offer until the relay has the change.
/// Otherwise two parties could each be answered on grounds that the other is about to take away. Calls share turns by
/// the first byte of their random ids.
pub(crate) struct Turns([Mutex<()>; TURNS]);

const TURNS: usize = 1 << u8::BITS;

impl Turns {
    pub(crate) fn new() -> Self {
        Self(array::from_fn(|_| Mutex::new(())))
    }

    pub(crate) async fn take(&self, call: CallId) -> MutexGuard<'_, ()> {
        self.0[usize::from(call.0[0])].lock().await
    }
}
