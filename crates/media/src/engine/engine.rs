//! The engine: finds the leg that a datagram, a timer or a command is for.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use is::stun::StunMessage;
use offhook_call::{CallId, LegEvent, Side};
use slab::Slab;

use super::bridge::Bridge;
use super::config::EngineConfig;
use super::event::{EngineEvent, Events};
use super::ice::Verdict;
use super::io::Io;
use super::leg::{Leg, LegKey};
use super::protocol::Protocol;
use super::stats::EngineStats;
use super::tap::{Captured, Taps};
use super::timer::Timers;
use super::transmits::{Remote, Route, Transmits};
use crate::leg::LegSpec;
#[cfg(feature = "fuzzing")]
use crate::srtp::MasterKey;
use crate::{rtcp, ufrag};

/// The bridges of one shard.
///
/// Sans-IO: commands, datagrams and time go in by the `handle_*` and command methods; after each of them the owner sends
/// the [`Transmits`], polls [`EngineEvent`]s until there are none, and calls [`Self::handle_timeout`] when
/// [`Self::poll_timeout`] is due. `now` never goes back.
///
/// A panic out of any method concerns one bridge at most: catch it, call [`Self::abandon_current`], go on.
pub struct Engine {
    config: EngineConfig,
    /// Boxed, because they are large: a table of them would grow by half of all the memory that they need.
    pub(super) bridges: Slab<Box<Bridge>>,
    pub(super) calls: HashMap<CallId, usize>,
    /// By our ufrag, which the peer's checks name.
    ufrags: HashMap<String, LegKey>,
    /// By where the peer is. Only authentic checks write here, and each one does, so an address that a client left and
    /// another one got leads to the new one at once.
    pub(super) addresses: HashMap<Remote, LegKey, foldhash::fast::RandomState>,
    timers: Timers,
    pub(super) events: Events,
    taps: Taps,
    generation: u64,
    /// The bridge that is worked for.
    current: Option<usize>,
    /// Apart from what live legs count.
    pub(super) stats: EngineStats,
}

impl Engine {
    pub fn new(config: EngineConfig) -> Self {
        Self {
            config,
            bridges: Slab::new(),
            calls: HashMap::new(),
            ufrags: HashMap::new(),
            addresses: HashMap::default(),
            timers: Timers::default(),
            events: Events::default(),
            taps: Taps::default(),
            generation: 0,
            current: None,
            stats: EngineStats::default(),
        }
    }

    /// Opens a leg, and the bridge with its first one. A leg of the same side is replaced: that device came back with a
    /// new offer, and what it sends continues the stream that the other party hears.
    ///
    /// If there are too many bridges, or another leg has the same ufrag, [`EngineEvent::Failed`] says so.
    pub fn open_leg(&mut self, now: Instant, call: CallId, side: Side, spec: LegSpec, out: &mut Transmits) {
        self.current = None;
        let Some(slot) = self.slot_for(call, &spec) else {
            return self.events.push(EngineEvent::Failed { call });
        };
        self.current = Some(slot);
        self.generation += 1;
        let key = LegKey { slot, side, generation: self.generation };
        let ufrag = spec.local_ice.ufrag.clone();
        let (bridge, mut io) = self.work_on(slot, now, out);
        let leg = Leg::open(key, call, spec, &mut io);
        let mut replaced = bridge.put(leg, &mut io);
        if let Some(replaced) = &mut replaced {
            replaced.close(&mut io);
        }
        if let Some(replaced) = replaced {
            self.retire(&replaced);
        }
        self.ufrags.insert(ufrag, key);
    }

    /// Changes a leg in place: its peer made another offer in the same connection, or a track was switched on or off.
    ///
    /// The DTLS association, the SRTP contexts, and what is known of the peer's streams stay. Streams of ours whose SSRC
    /// stays go on in their numbering. Other ICE credentials than before are an ICE restart: what was the path stays it
    /// until the peer's new checks select another. Unknown calls and legs are ignored. If another leg has the same
    /// ufrag, [`EngineEvent::Failed`] says so.
    pub fn update_leg(&mut self, now: Instant, call: CallId, side: Side, spec: LegSpec, out: &mut Transmits) {
        let Some(&slot) = self.calls.get(&call) else { return };
        let Some(leg) = self.bridges.get(slot).and_then(|bridge| bridge.leg(side)) else { return };
        let (key, ufrag) = (leg.key, &spec.local_ice.ufrag);
        if self.ufrags.get(ufrag).is_some_and(|&taken| taken != key) {
            return self.events.push(EngineEvent::Failed { call });
        }
        self.ufrags.remove(leg.ice.local_ufrag());
        self.ufrags.insert(ufrag.clone(), key);
        self.work_for(now, call, out, |bridge, io| bridge.update(side, spec, io));
    }

    /// The server's offer is on its way to this side: stream B begins beside A, and what video the peer can see from now
    /// on begins with a key frame.
    pub fn offer_sent(&mut self, now: Instant, call: CallId, side: Side, out: &mut Transmits) {
        self.work_for(now, call, out, |bridge, io| bridge.offer_sent(side, io));
    }

    /// The server's offer has reached this side.
    pub fn offer_delivered(&mut self, now: Instant, call: CallId, side: Side, out: &mut Transmits) {
        self.work_for(now, call, out, |bridge, io| bridge.offer_delivered(side, io));
    }

    /// A fault of a sandbox: so long after its first packet, no RTP of this side goes further. Reports do.
    pub fn cut_after(&mut self, now: Instant, call: CallId, side: Side, after: Duration, out: &mut Transmits) {
        self.work_for(now, call, out, |bridge, io| bridge.cut_after(side, after, io));
    }

    /// Begins or ends the capture of a call, which may have no bridge yet. It ends with the bridge.
    pub fn capture(&mut self, call: CallId, on: bool) {
        let captured = self.taps.set(call, on);
        if let Some(bridge) = self.calls.get(&call).and_then(|&slot| self.bridges.get_mut(slot)) {
            bridge.captured = captured;
        }
    }

    /// What captured calls carried.
    pub fn poll_captured(&mut self) -> Option<Captured> {
        self.taps.pop()
    }

    /// Ends the bridge; its peers are told by DTLS (close_notify). Unknown calls are ignored.
    pub fn close(&mut self, now: Instant, call: CallId, out: &mut Transmits) {
        self.work_for(now, call, out, Bridge::close);
        self.current = None;
        self.taps.set(call, false);
        if let Some(slot) = self.calls.remove(&call) {
            let bridge = self.bridges.remove(slot);
            bridge.legs().for_each(|leg| self.retire(leg));
        }
        if self.bridges.is_empty() {
            self.give_room_back();
        }
    }

    /// Ends all bridges, for an owner that stops.
    pub fn close_all(&mut self, now: Instant, out: &mut Transmits) {
        let calls: Vec<_> = self.calls.keys().copied().collect();
        calls.into_iter().for_each(|call| self.close(now, call, out));
    }

    /// `datagram` came from `src` to our address `dst`. It is decrypted in place.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        src: Remote,
        dst: SocketAddr,
        datagram: &mut [u8],
        out: &mut Transmits,
    ) {
        self.current = None;
        match Protocol::of(datagram) {
            Protocol::Stun => self.handle_stun(now, Route { local: dst, remote: src }, datagram, out),
            Protocol::Dtls => {
                if let Some((bridge, side, mut io)) = self.find(now, src, out) {
                    bridge.handle_dtls(side, datagram, &mut io);
                }
            }
            Protocol::Media => {
                if let Some((bridge, side, mut io)) = self.find(now, src, out) {
                    if rtcp::is_rtcp(datagram) {
                        bridge.handle_rtcp(side, datagram, &mut io);
                    } else {
                        bridge.handle_rtp(side, datagram, &mut io);
                    }
                }
            }
            Protocol::Unknown => self.stats.unknown_protocol += 1,
        }
    }

    /// The connection is over: there is no way to the peer by it any more.
    pub fn handle_disconnect(&mut self, remote: Remote) {
        self.current = None;
        let Some(key) = self.addresses.remove(&remote) else { return };
        if let Some(leg) = self.leg_mut(key) {
            leg.lose_path(remote);
        }
    }

    /// Whether an authentic check for a live leg came from there.
    pub fn knows(&self, remote: Remote) -> bool {
        self.addresses.contains_key(&remote)
    }

    pub fn handle_timeout(&mut self, now: Instant, out: &mut Transmits) {
        self.current = None;
        while let Some((key, timer)) = self.timers.pop_due(now) {
            if self.is_live(key) {
                self.current = Some(key.slot);
                let (bridge, mut io) = self.work_on(key.slot, now, out);
                bridge.handle_timer(key.side, timer, &mut io);
            }
        }
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        self.timers.next()
    }

    pub fn poll_event(&mut self) -> Option<EngineEvent> {
        self.events.pop()
    }

    /// After a panic: ends the bridge that was worked for, if any, and tells [`EngineEvent::Failed`].
    ///
    /// Nothing of the bridge is trusted, so the tables are searched for what leads to it.
    pub fn abandon_current(&mut self) {
        let Some(slot) = self.current.take() else { return };
        self.ufrags.retain(|_, key| key.slot != slot);
        self.addresses.retain(|_, key| key.slot != slot);
        self.calls.retain(|_, &mut other| other != slot);
        if let Some(bridge) = self.bridges.try_remove(slot) {
            self.taps.set(bridge.call, false);
            self.events.push(EngineEvent::Failed { call: bridge.call });
        }
    }

    /// The owner did not look at its sockets for so long: what the peers sent meanwhile may be lost, so that time counts
    /// neither as silence nor as time to connect.
    pub fn excuse(&mut self, missed: Duration) {
        self.bridges.iter_mut().for_each(|(_, bridge)| bridge.excuse(missed));
    }

    fn handle_stun(&mut self, now: Instant, route: Route, datagram: &[u8], out: &mut Transmits) {
        if self.answer_check(now, route, datagram, out).is_none() {
            self.stats.refused_checks += 1;
        }
    }

    /// Whatever is not an authentic check of a live leg gets no answer at all.
    fn answer_check(&mut self, now: Instant, route: Route, datagram: &[u8], out: &mut Transmits) -> Option<()> {
        let key = *self.ufrags.get(ufrag::addressed(datagram)?)?;
        self.current = Some(key.slot);
        let request = StunMessage::parse(datagram).ok().filter(StunMessage::is_binding_request)?;
        let (bridge, mut io) = self.work_on(key.slot, now, out);
        let leg = bridge.leg_mut(key.side).filter(|leg| leg.ice.is_authentic(&request))?;
        let (silence, is_new) = (leg.heard(now), !leg.ice.knows(route));
        let verdict = leg.ice.check(now, route, &request, silence);
        io.out.push(route, |bytes, start| leg.ice.answer(&request, verdict, route.remote.address, bytes, start));
        match verdict {
            Verdict::Accepted { forgotten } => {
                if is_new {
                    leg.note(LegEvent::Checked(route.shown()), &mut io);
                }
                leg.follow_ice(&mut io);
                self.learn(route.remote, key, forgotten);
            }
            Verdict::RoleConflict => {}
        }
        Some(())
    }

    fn learn(&mut self, remote: Remote, key: LegKey, forgotten: Option<Remote>) {
        if let Some(forgotten) = forgotten {
            self.addresses.remove(&forgotten);
        }
        let former = self.addresses.insert(remote, key).filter(|&former| former != key);
        if let Some(leg) = former.and_then(|former| self.leg_mut(former)) {
            leg.lose_path(remote);
        }
    }

    #[cfg(feature = "fuzzing")]
    pub(crate) fn secure(&mut self, call: CallId, side: Side, peer: &MasterKey, ours: &MasterKey) -> Option<()> {
        self.bridge_mut(call)?.leg_mut(side).map(|leg| leg.secure(peer, ours))
    }

    #[cfg(any(test, feature = "fuzzing"))]
    pub(super) fn bridge_mut(&mut self, call: CallId) -> Option<&mut Bridge> {
        self.bridges.get_mut(*self.calls.get(&call)?).map(Box::as_mut)
    }

    /// The bridge and side that the address belongs to.
    fn find<'a>(
        &'a mut self,
        now: Instant,
        src: Remote,
        out: &'a mut Transmits,
    ) -> Option<(&'a mut Bridge, Side, Io<'a>)> {
        let Some(&key) = self.addresses.get(&src) else {
            self.stats.unknown_source += 1;
            return None;
        };
        self.current = Some(key.slot);
        let (bridge, io) = self.work_on(key.slot, now, out);
        Some((bridge, key.side, io))
    }

    fn work_for(
        &mut self,
        now: Instant,
        call: CallId,
        out: &mut Transmits,
        work: impl FnOnce(&mut Bridge, &mut Io<'_>),
    ) {
        self.current = self.calls.get(&call).copied();
        let Some(slot) = self.current else { return };
        let (bridge, mut io) = self.work_on(slot, now, out);
        work(bridge, &mut io);
    }

    fn work_on<'a>(&'a mut self, slot: usize, now: Instant, out: &'a mut Transmits) -> (&'a mut Bridge, Io<'a>) {
        let bridge = self.bridges[slot].as_mut();
        let tap = self.taps.of(bridge);
        let io = Io { now, config: &self.config, timers: &mut self.timers, events: &mut self.events, out, tap };
        (bridge, io)
    }

    /// The call's slot, a new one for a new call, or `None` if the leg cannot be opened.
    fn slot_for(&mut self, call: CallId, spec: &LegSpec) -> Option<usize> {
        if self.ufrags.contains_key(&spec.local_ice.ufrag) {
            return None;
        }
        if let Some(&slot) = self.calls.get(&call) {
            return Some(slot);
        }
        if self.bridges.len() >= self.config.bridges_max {
            return None;
        }
        let slot = self.bridges.insert(Box::new(Bridge::new(call, self.taps.are_for(call))));
        self.calls.insert(call, slot);
        Some(slot)
    }

    fn leg_mut(&mut self, key: LegKey) -> Option<&mut Leg> {
        let leg = self.bridges.get_mut(key.slot).and_then(|bridge| bridge.leg_mut(key.side));
        leg.filter(|leg| leg.key == key)
    }

    fn is_live(&self, key: LegKey) -> bool {
        let leg = self.bridges.get(key.slot).and_then(|bridge| bridge.leg(key.side));
        leg.is_some_and(|leg| leg.key == key)
    }

    /// The tables keep the room of the busiest moment for as long as there is a bridge: what a flood of offers took is
    /// given back after it.
    fn give_room_back(&mut self) {
        self.bridges = Slab::new();
        self.calls.shrink_to_fit();
        self.ufrags.shrink_to_fit();
        self.addresses.shrink_to_fit();
    }

    /// Forgets what leads to a leg that is no more, and keeps its counts.
    fn retire(&mut self, leg: &Leg) {
        self.ufrags.remove(leg.ice.local_ufrag());
        for remote in leg.ice.remotes() {
            if self.addresses.get(&remote) == Some(&leg.key) {
                self.addresses.remove(&remote);
            }
        }
        self.stats.legs += leg.stats();
    }
}
