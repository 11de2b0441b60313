//! The two legs of a call, and what goes between them.

use offhook_call::{CallId, Side};

use super::fault;
use super::leg::{Io, Leg};

pub(super) struct Bridge {
    pub(super) call: CallId,
    business: Option<Leg>,
    consumer: Option<Leg>,
}

impl Bridge {
    pub(super) fn new(call: CallId) -> Self {
        Self { call, business: None, consumer: None }
    }

    pub(super) fn leg(&self, side: Side) -> Option<&Leg> {
        match side {
            Side::Business => self.business.as_ref(),
            Side::Consumer => self.consumer.as_ref(),
        }
    }

    pub(super) fn leg_mut(&mut self, side: Side) -> Option<&mut Leg> {
        match side {
            Side::Business => self.business.as_mut(),
            Side::Consumer => self.consumer.as_mut(),
        }
    }

    pub(super) fn legs(&self) -> impl Iterator<Item = &Leg> {
        self.business.iter().chain(&self.consumer)
    }

    /// Takes the leg's place and returns the one that was there. What goes to the other leg continues from the new one.
    pub(super) fn put(&mut self, leg: Leg) -> Option<Leg> {
        let (place, other) = match leg.key.side {
            Side::Business => (&mut self.business, &mut self.consumer),
            Side::Consumer => (&mut self.consumer, &mut self.business),
        };
        if let Some(other) = other {
            other.a.restart();
            other.b.restart();
        }
        place.replace(leg)
    }

    pub(super) fn handle_rtp(&mut self, side: Side, datagram: &mut [u8], io: &mut Io<'_>) {
        let (Some(from), to) = self.both_from(side) else { return };
        let Some(packet) = from.receive_rtp(datagram, io) else { return };
        fault::strike(from.call);
        if let Some(to) = to {
            to.send_rtp(&packet, io);
        }
    }

    pub(super) fn handle_rtcp(&mut self, side: Side, datagram: &mut [u8], io: &mut Io<'_>) {
        let (Some(from), to) = self.both_from(side) else { return };
        let Some(compound) = from.receive_rtcp(datagram, io) else { return };
        if let Some(to) = to {
            to.send_rtcp(from, compound, io);
        }
    }

    fn both_from(&mut self, side: Side) -> (Option<&mut Leg>, Option<&mut Leg>) {
        match side {
            Side::Business => (self.business.as_mut(), self.consumer.as_mut()),
            Side::Consumer => (self.consumer.as_mut(), self.business.as_mut()),
        }
    }
}
