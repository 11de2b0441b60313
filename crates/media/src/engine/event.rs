//! What the engine tells its owner.

use std::collections::VecDeque;
use std::time::Instant;

use offhook_call::{CallId, LegEvent, Side};

use crate::srtp::Profile;

/// Something that happened to a leg or a bridge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineEvent {
    LegState {
        call: CallId,
        side: Side,
        state: LegState,
    },
    /// The leg is lost for good, told once. The bridge stays until [`close`](super::Engine::close); a new offer of the
    /// same side may replace the leg.
    Lost {
        call: CallId,
        side: Side,
        lost: Lost,
    },
    /// Something for the record.
    Noted {
        call: CallId,
        side: Side,
        at: Instant,
        event: LegEvent,
    },
    /// The bridge is gone: it could not be opened, or a bug ended it.
    Failed {
        call: CallId,
    },
}

/// How far a leg has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegState {
    /// The first authentic connectivity check came.
    IceConnected,
    /// The handshake succeeded and the peer's certificate is the one that its offer announced.
    DtlsConnected { version: DtlsVersion, profile: Profile },
    /// The first authentic RTP packet came.
    FirstPacket,
    /// The peer closed DTLS (close_notify). Unless it comes back with a new offer, the leg is lost by silence.
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DtlsVersion {
    V1_2,
    V1_3,
}

/// Why a leg is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    #[error("never connected")]
    NeverConnected,
    #[error("silent for too long")]
    Silent,
    #[error("DTLS handshake failed")]
    HandshakeFailed,
    #[error("certificate does not match the fingerprint of the offer")]
    FingerprintMismatch,
}

/// Events not yet polled. What is only news is dropped when the owner does not keep up; a loss never is, and there is
/// at most one for each leg.
#[derive(Debug, Default)]
pub(super) struct Events {
    queue: VecDeque<EngineEvent>,
    pub(super) dropped: u64,
}

impl Events {
    pub(super) fn push(&mut self, event: EngineEvent) {
        let news = matches!(event, EngineEvent::LegState { .. } | EngineEvent::Noted { .. });
        if news && self.queue.len() >= EVENTS_MAX {
            self.dropped += 1;
        } else {
            self.queue.push_back(event);
        }
    }

    pub(super) fn pop(&mut self) -> Option<EngineEvent> {
        self.queue.pop_front()
    }
}

const EVENTS_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_dropped_before_losses_are() {
        let (call, side) = (CallId([0; 32]), Side::Business);
        let mut events = Events::default();
        for _ in 0..EVENTS_MAX + 10 {
            events.push(EngineEvent::LegState { call, side, state: LegState::FirstPacket });
        }
        events.push(EngineEvent::Lost { call, side, lost: Lost::Silent });
        events.push(EngineEvent::Failed { call });
        assert_eq!(events.dropped, 10);
        let told: Vec<_> = std::iter::from_fn(|| events.pop()).collect();
        assert_eq!(told.len(), EVENTS_MAX + 2);
        assert_eq!(told.last(), Some(&EngineEvent::Failed { call }));
    }
}
