//! What became known in a world.

use std::time::Instant;

use offhook_media::{EngineEvent, LegState, Lost, Side};

use crate::world::World;

impl World {
    pub(crate) fn states(&self, side: Side) -> Vec<LegState> {
        self.events
            .iter()
            .filter_map(|(_, event)| match event {
                EngineEvent::LegState { side: of, state, .. } if *of == side => Some(*state),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn lost(&self, side: Side) -> Option<(Instant, Lost)> {
        self.events.iter().find_map(|(at, event)| match event {
            EngineEvent::Lost { side: of, lost, .. } if *of == side => Some((*at, *lost)),
            _ => None,
        })
    }

    pub(crate) fn is_connected(&self, side: Side) -> bool {
        self.states(side).iter().any(|state| matches!(state, LegState::DtlsConnected { .. }))
    }

    /// How many RTP packets of this SSRC the server sent after `since`.
    pub(crate) fn sent_since(&self, since: Instant, ssrc: u32) -> usize {
        let sent = self.from_server.iter().filter(|(at, _)| *at > since);
        sent.filter(|(_, datagram)| datagram.rtp_ssrc() == Some(ssrc)).count()
    }
}
