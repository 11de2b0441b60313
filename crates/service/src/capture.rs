//! Captures of calls' media, decrypted: in memory, within limits, and only in a sandbox.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use offhook_call::{AppId, Call, CallId, Duration, PageId, PathStatistics, Side};

use crate::Service;

/// A packet of RTP or RTCP without encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedPacket {
    /// Whose leg it went over.
    pub side: Side,
    /// Whether the party sent it; if not, the server did.
    pub from_party: bool,
    pub path: PathStatistics,
    /// Microseconds since the Unix epoch.
    pub at_us: i64,
    pub packet: Vec<u8>,
}

/// What was captured of a call.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capture {
    pub packets: Vec<CapturedPacket>,
    pub state: CaptureState,
}

/// How much was captured of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CaptureState {
    pub running: bool,
    pub packets: u64,
    pub bytes: usize,
    /// Packets that were one too many.
    pub left_out: u64,
}

/// New calls that are captured from their beginning: those to which all that is given applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Armed {
    pub page: Option<PageId>,
    pub app: Option<AppId>,
}

/// What is captured, and what will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturesState {
    pub armed: Vec<Armed>,
    /// The newest last.
    pub captures: Vec<(CallId, CaptureState)>,
}

/// All captures of this process.
#[derive(Default)]
pub(crate) struct Captures(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    armed: Vec<Armed>,
    /// The oldest first.
    captures: VecDeque<(CallId, Capture)>,
}

impl Service {
    /// Begins or ends the capture of a live call; what it has so far. `None`: there is no such call, or it has ended.
    pub async fn capture(&self, call: CallId, on: bool) -> Result<Option<CaptureState>, offhook_store::Error> {
        if !self.store().call(call).await?.is_some_and(|call| call.is_live()) {
            return Ok(None);
        }
        let state = self.inner.captures.set(call, on);
        self.media().capture(call, on);
        Ok(Some(state))
    }

    /// What was captured of a call. `None`: nothing was asked for, or it had to make room for others.
    pub fn captured(&self, call: CallId) -> Option<Capture> {
        self.inner.captures.lock().find(call).cloned()
    }

    /// Arms captures of new calls, or takes that back.
    pub fn arm_captures(&self, which: Armed, on: bool) -> CapturesState {
        let mut kept = self.inner.captures.lock();
        kept.armed.retain(|armed| *armed != which);
        if on {
            kept.armed.push(which);
            let beyond = kept.armed.len().saturating_sub(ARMED_MAX);
            kept.armed.drain(..beyond);
        }
        drop(kept);
        self.captures()
    }

    pub fn captures(&self) -> CapturesState {
        let kept = self.inner.captures.lock();
        let captures = kept.captures.iter().map(|(call, capture)| (*call, capture.state)).collect();
        CapturesState { armed: kept.armed.clone(), captures }
    }

    /// A captured packet came in so long ago.
    pub fn handle_captured(&self, call: CallId, age: Duration, packet: CapturedPacket) {
        let at_us = self.inner.recorder.at_us(self.moment().saturating_sub(age));
        self.inner.captures.lock().take(call, CapturedPacket { at_us, ..packet });
    }

    /// Before the call's first leg opens, and again when an app accepts it.
    pub(crate) fn capture_if_armed(&self, call: &Call) {
        let applies = |armed: &Armed| {
            armed.page.is_none_or(|page| page == call.page) && armed.app.is_none_or(|app| call.app() == Some(app))
        };
        let is_armed = self.inner.captures.lock().armed.iter().any(applies);
        if is_armed {
            self.inner.captures.set(call.id, true);
            self.media().capture(call.id, true);
        }
    }

    /// The call's bridge is gone.
    pub(crate) fn end_capture(&self, call: CallId) {
        if let Some(capture) = self.inner.captures.lock().find(call) {
            capture.state.running = false;
        }
    }
}

impl Captures {
    fn set(&self, call: CallId, on: bool) -> CaptureState {
        let mut kept = self.lock();
        if on && kept.find(call).is_none() {
            kept.captures.push_back((call, Capture::default()));
            if kept.captures.len() > CAPTURES_MAX {
                kept.captures.pop_front();
            }
        }
        kept.find(call).map_or_else(CaptureState::default, |capture| {
            capture.state.running = on;
            capture.state
        })
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Every change leaves it whole, so a panic elsewhere does not spoil it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn find(&mut self, call: CallId) -> Option<&mut Capture> {
        self.captures.iter_mut().find(|(of, _)| *of == call).map(|(_, capture)| capture)
    }

    fn take(&mut self, call: CallId, packet: CapturedPacket) {
        let Some(capture) = self.find(call) else { return };
        let bytes = packet.packet.len() + size_of::<CapturedPacket>();
        if capture.state.bytes + bytes > BYTES_MAX {
            capture.state.left_out += 1;
            return;
        }
        capture.state.bytes += bytes;
        capture.state.packets += 1;
        capture.packets.push(packet);
    }
}

/// Bytes of one capture: half an hour of a call with audio. What comes after is left out.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Captures that are kept; the oldest makes room.
const CAPTURES_MAX: usize = 16;

const ARMED_MAX: usize = 64;
