//! One change of a call's media at a time.

use std::iter;

use offhook_call::CallId;
use tokio::sync::{Mutex, MutexGuard};

/// Whoever changes the media of a call holds its turn from the reading of an offer until the relay has the change.
/// Otherwise two parties could each be answered on grounds that the other is about to take away. Calls share turns by
/// twelve bits of their random ids.
///
/// Who commits a new call holds its turn until the leg is open, too: whoever has the turn of a call finds its bridge
/// as the call's state asks for, or it is lost.
pub(crate) struct Turns(Box<[Mutex<()>]>);

const TURNS: usize = 1 << 12;

impl Turns {
    pub(crate) fn new() -> Self {
        Self(iter::repeat_with(Mutex::default).take(TURNS).collect())
    }

    pub(crate) async fn take(&self, call: CallId) -> MutexGuard<'_, ()> {
        let [first, second, ..] = call.0;
        self.0[usize::from(u16::from_le_bytes([first, second])) % TURNS].lock().await
    }
}
