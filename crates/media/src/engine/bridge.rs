//! The two legs of a call, and what goes between them.

use std::time::{Duration, Instant};

use offhook_call::{CallId, LegStatistics, Side};

use super::fault;
use super::io::Io;
use super::ledger::Former;
use super::leg::Leg;
use super::timer::Timer;
use crate::leg::LegSpec;

pub(super) struct Bridge {
    pub(super) call: CallId,
    business: Option<Leg>,
    consumer: Option<Leg>,
    /// The legs that were replaced, at most [`FORMER_MAX`], the newest last.
    former: Vec<Former>,
    /// How many legs there ever were.
    opened: u32,
    pub(super) captured: bool,
}

impl Bridge {
    pub(super) fn new(call: CallId, captured: bool) -> Self {
        Self { call, business: None, consumer: None, former: Vec::new(), opened: 0, captured }
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
    pub(super) fn put(&mut self, mut leg: Leg, io: &mut Io<'_>) -> Option<Leg> {
        self.opened += 1;
        leg.ledger.number = self.opened;
        let (place, other) = match leg.key.side {
            Side::Business => (&mut self.business, &mut self.consumer),
            Side::Consumer => (&mut self.consumer, &mut self.business),
        };
        if let Some(other) = other {
            other.restart();
        }
        let former = place.replace(leg);
        if let Some(former) = &former {
            self.remember(former, io.now);
        }
        self.follow_tracks(io);
        former
    }

    pub(super) fn update(&mut self, side: Side, spec: LegSpec, io: &mut Io<'_>) {
        if let Some(leg) = self.leg_mut(side) {
            leg.update(spec);
        }
        self.follow_tracks(io);
    }

    pub(super) fn excuse(&mut self, missed: Duration) {
        self.business.iter_mut().chain(&mut self.consumer).for_each(|leg| leg.excuse(missed));
    }

    /// Takes leave of both peers.
    pub(super) fn close(&mut self, io: &mut Io<'_>) {
        self.business.iter_mut().chain(&mut self.consumer).for_each(|leg| leg.close(io));
    }

    pub(super) fn offer_sent(&mut self, side: Side, io: &mut Io<'_>) {
        self.work_for(side, io, |leg, _| leg.offer_sent());
    }

    pub(super) fn offer_delivered(&mut self, side: Side, io: &mut Io<'_>) {
        self.work_for(side, io, Leg::offer_delivered);
    }

    pub(super) fn cut_after(&mut self, side: Side, after: Duration, io: &mut Io<'_>) {
        self.work_for(side, io, |leg, io| leg.cut_after(after, io));
    }

    pub(super) fn handle_timer(&mut self, side: Side, timer: Timer, io: &mut Io<'_>) {
        self.work_for(side, io, |leg, io| leg.handle_timer(timer, io));
    }

    pub(super) fn handle_dtls(&mut self, side: Side, datagram: &[u8], io: &mut Io<'_>) {
        self.work_for(side, io, |leg, io| leg.handle_dtls(datagram, io));
    }

    pub(super) fn handle_rtp(&mut self, side: Side, datagram: &mut [u8], io: &mut Io<'_>) {
        let (Some(from), to) = self.both_from(side) else { return };
        let cut = from.cut;
        let Some(packet) = from.receive_rtp(datagram, io) else { return };
        fault::strike(from.call);
        if let Some(to) = to.filter(|_| !cut) {
            to.send_rtp(&packet, io);
        }
    }

    pub(super) fn handle_rtcp(&mut self, side: Side, datagram: &mut [u8], io: &mut Io<'_>) {
        let (Some(from), to) = self.both_from(side) else { return };
        let Some(compound) = from.receive_rtcp(datagram, io) else { return };
        if let Some(to) = to {
            to.send_rtcp(from, compound, io);
            from.ask_for_pictures(to, io);
        }
    }

    /// All legs, in the order in which they were opened.
    pub(super) fn statistics(&self, now: Instant) -> Vec<LegStatistics> {
        let former = self.former.iter().map(|leg| leg.statistics(now));
        let mut legs: Vec<_> = former.chain(self.legs().map(|leg| leg.statistics(now))).collect();
        legs.sort_by_key(|leg| leg.number);
        legs
    }

    fn remember(&mut self, leg: &Leg, now: Instant) {
        if self.former.len() >= FORMER_MAX {
            self.former.remove(0);
        }
        self.former.push(Former::new(leg, now));
    }

    fn work_for(&mut self, side: Side, io: &mut Io<'_>, work: impl FnOnce(&mut Leg, &mut Io<'_>)) {
        let (Some(leg), other) = self.both_from(side) else { return };
        work(leg, io);
        if let Some(other) = other {
            leg.ask_for_pictures(other, io);
        }
    }

    /// Tracks may have been switched on or off.
    fn follow_tracks(&mut self, io: &mut Io<'_>) {
        for side in [Side::Business, Side::Consumer] {
            let (Some(leg), other) = self.both_from(side) else { continue };
            if let Some(video) = &mut leg.video {
                video.follow(other.as_ref().and_then(|other| other.video.as_deref()));
            }
            if let Some(other) = other {
                leg.ask_for_pictures(other, io);
            }
        }
    }

    fn both_from(&mut self, side: Side) -> (Option<&mut Leg>, Option<&mut Leg>) {
        match side {
            Side::Business => (self.business.as_mut(), self.consumer.as_mut()),
            Side::Consumer => (self.consumer.as_mut(), self.business.as_mut()),
        }
    }
}

/// Replaced legs of a call whose statistics are kept: a device that comes back once a minute, for a while.
const FORMER_MAX: usize = 8;
