//! What a packet will need, asked for before its turn.

use std::mem::offset_of;

use offhook_call::Side;

use super::bridge::Bridge;
use super::dtls::Link;
use super::leg::Leg;
use crate::foresight::foresee;

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
