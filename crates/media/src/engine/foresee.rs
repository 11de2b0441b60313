//! What a packet will need, asked for before its turn.

use std::mem::offset_of;

use offhook_call::Side;

use super::bridge::Bridge;
use super::dtls::Link;
use super::engine::Engine;
use super::leg::{Leg, LegKey};
use super::transmits::Remote;
use crate::foresight::foresee;

impl Engine {
    /// Datagrams that [`Self::foresee`] looks at: more at once would drive each other's state out of the cache.
    pub const FORESEEN_MAX: usize = 16;

    /// Asks for the state of the legs that datagrams from these peers are for. Whoever has several datagrams at once says
    /// so first: then what each of them needs is on its way to the cache while the others are worked on.
    pub fn foresee(&self, sources: impl Iterator<Item = Remote>) {
        let mut keys = [None; Self::FORESEEN_MAX];
        for (key, source) in keys.iter_mut().zip(sources) {
            *key = self.addresses.get(&source).copied();
        }
        for LegKey { slot, side, .. } in keys.into_iter().flatten() {
            self.bridges[slot].foresee(side);
        }
        for LegKey { slot, side, .. } in keys.into_iter().flatten() {
            self.bridges[slot].foresee_keys(side);
        }
    }
}

impl Bridge {
    /// Asks for what a packet from this side needs of both legs.
    pub(super) fn foresee(&self, side: Side) {
        if let Some(from) = self.leg(side) {
            foresee(&from.link, offset_of!(Leg, route) - offset_of!(Leg, link));
        }
        if let Some(to) = self.leg(side.other()) {
            foresee(&to.link, size_of::<Link>());
            foresee(&to.stats.packets_in, offset_of!(Leg, key) - offset_of!(Leg, stats));
        }
    }

    /// Asks for the keys that it needs. To find them, it reads what [`Self::foresee`] asked for.
    pub(super) fn foresee_keys(&self, side: Side) {
        if let Some(Link::Secured(secured)) = self.leg(side).map(|from| &from.link) {
            secured.open.foresee();
        }
        if let Some(Link::Secured(secured)) = self.leg(side.other()).map(|to| &to.link) {
            secured.seal.foresee();
        }
    }
}
