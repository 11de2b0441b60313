//! A call through one engine, in virtual time: two parties, a network between them and the server.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use offhook_call::{CallId, ConsumerAudio, LegStatistics, Track, TrackLabel};
use offhook_media::{
    Answered, Candidate, Change, DtlsConfig, Engine, EngineConfig, EngineEvent, LegChange, LegSpec, LegStats, Local,
    Remote, Sessions, Side, Switched, Transmits, Transport,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::party::{Habits, Party};
use crate::wire::{Datagram, Weather, Wire};

pub(crate) struct World {
    pub(crate) now: Instant,
    call: CallId,
    pub(crate) engine: Engine,
    pub(crate) out: Transmits,
    pub(crate) wire: Wire,
    pub(crate) business: Party,
    pub(crate) consumer: Party,
    sessions: Sessions,
    hears_in: [ConsumerAudio; 2],
    /// What the engine was told last, by side.
    legs: [Option<LegSpec>; 2],
    /// The server's last offers, by side.
    offers: [Option<String>; 2],
    pub(crate) events: Vec<(Instant, EngineEvent)>,
    /// Everything that reached the server and left it.
    pub(crate) to_server: Vec<(Instant, Datagram)>,
    pub(crate) from_server: Vec<(Instant, Datagram)>,
    rng: ChaCha8Rng,
    local: Local,
}

impl World {
    /// A call with both legs open and nothing sent yet.
    pub(crate) fn new(seed: u64, weather: Weather) -> Self {
        Self::with_habits(seed, weather, &Habits::default(), &Habits::default())
    }

    pub(crate) fn with_habits(seed: u64, weather: Weather, business: &Habits, consumer: &Habits) -> Self {
        Self::of_call(CALL, seed, weather, business, consumer)
    }

    pub(crate) fn of_call(call: CallId, seed: u64, weather: Weather, business: &Habits, consumer: &Habits) -> Self {
        let now = Instant::now();
        let certificate = dimpl::certificate::generate_self_signed_certificate().expect("a certificate");
        let local = Local {
            candidates: vec![Candidate::Udp(SERVER), Candidate::Udp(SERVER_V6), Candidate::Tcp(SERVER_TCP)],
            fingerprint: certificate.fingerprint().try_into().expect("SHA-256 has 32 bytes"),
            shard: 0,
            opus_fmtp: "useinbandfec=1".into(),
        };
        let config = EngineConfig::new(DtlsConfig::new().expect("a DTLS configuration"), certificate);
        let mut world = Self {
            now,
            call,
            engine: Engine::new(config),
            out: Transmits::new(),
            wire: Wire::new(seed, weather),
            business: Party::new(BUSINESS, now, business),
            consumer: Party::new(CONSUMER, now, consumer),
            sessions: Sessions::default(),
            hears_in: [business.hears_in, consumer.hears_in],
            legs: [None, None],
            offers: [None, None],
            events: Vec::new(),
            to_server: Vec::new(),
            from_server: Vec::new(),
            rng: ChaCha8Rng::seed_from_u64(seed),
            local,
        };
        world.negotiate(Side::Business);
        world.negotiate(Side::Consumer);
        world
    }

    /// Both parties connected and talking.
    pub(crate) fn talking(seed: u64, weather: Weather) -> Self {
        Self::new(seed, weather).settled()
    }

    pub(crate) fn settled(mut self) -> Self {
        self.run_until(Duration::from_secs(15), |world| {
            world.is_connected(Side::Business) && world.is_connected(Side::Consumer)
        });
        self.talk(Side::Business);
        self.talk(Side::Consumer);
        self.run(Duration::from_secs(1));
        self
    }

    /// The party's offer is answered, and its leg opened or changed.
    pub(crate) fn negotiate(&mut self, side: Side) {
        let (now, offer) = (self.now, self.party(side).offer.clone());
        let hears_in = self.hears_in[side as usize];
        let negotiated = self.sessions.negotiate(side, &offer, &[], hears_in, &self.local, &mut self.rng);
        let Answered { answer, offer, far_offer, change } = negotiated.expect("a good offer");
        self.adopt(change);
        self.party(side).take_answer(now, &answer);
        self.keep_offers(side, offer, far_offer);
    }

    /// The party switches a track without SDP.
    pub(crate) fn switch(&mut self, side: Side, label: TrackLabel, on: bool) {
        let track = Track { msid: None, label, on };
        let Switched { far_offer, change } = self.sessions.switch(side, &[track], &self.local).expect("a track");
        self.adopt(change);
        self.keep_offers(side, None, far_offer);
    }

    fn adopt(&mut self, change: Change) {
        let (now, call, out) = (self.now, self.call, &mut self.out);
        for (side, change) in self.sessions.adopt(change) {
            let spec = match change {
                LegChange::Open(spec) => {
                    self.engine.open_leg(now, call, side, spec.clone(), out);
                    spec
                }
                LegChange::Update(spec) => {
                    self.engine.update_leg(now, call, side, spec.clone(), out);
                    spec
                }
                LegChange::OfferApplied => continue,
            };
            self.legs[side as usize] = Some(spec);
        }
    }

    fn keep_offers(&mut self, side: Side, own: Option<String>, far: Option<String>) {
        for (side, offer) in [(side, own), (side.other(), far)] {
            if offer.is_some() {
                self.offers[side as usize] = offer;
            }
        }
    }

    /// The call with this side's leg as given.
    pub(crate) fn reopen(&mut self, side: Side, leg: LegSpec) {
        self.engine.close(self.now, self.call, &mut self.out);
        self.out.clear();
        let other = self.leg(side.other()).clone();
        self.engine.open_leg(self.now, self.call, side, leg, &mut self.out);
        self.engine.open_leg(self.now, self.call, side.other(), other, &mut self.out);
    }

    /// The server is stopped for so long; what is sent to it meanwhile is lost, and nobody else lives on either.
    pub(crate) fn sleep(&mut self, time: Duration) {
        self.now += time;
        self.engine.excuse(time);
        self.engine.handle_timeout(self.now, &mut self.out);
        self.after_engine();
    }

    /// The server ends the call.
    pub(crate) fn close(&mut self) {
        self.engine.close(self.now, self.call, &mut self.out);
        self.after_engine();
    }

    /// The server stops.
    pub(crate) fn close_all(&mut self) {
        self.engine.close_all(self.now, &mut self.out);
        self.after_engine();
    }

    /// What the server has just sent and nobody has got.
    pub(crate) fn take_sent(&mut self) -> Vec<Datagram> {
        self.take_output()
    }

    /// The side's leg changed in place.
    pub(crate) fn update(&mut self, side: Side, change: impl FnOnce(&mut LegSpec)) {
        let leg = self.legs[side as usize].as_mut().expect("negotiated at the beginning");
        change(leg);
        self.engine.update_leg(self.now, self.call, side, leg.clone(), &mut self.out);
    }

    /// Another device of the same side takes over: its offer replaces the leg.
    pub(crate) fn replace(&mut self, side: Side, address: SocketAddr) -> Party {
        self.replace_with(side, address, &Habits::default())
    }

    pub(crate) fn replace_with(&mut self, side: Side, address: SocketAddr, habits: &Habits) -> Party {
        let party = Party::new(address, self.now, habits);
        let former = std::mem::replace(self.party(side), party);
        self.negotiate(side);
        former
    }

    pub(crate) fn offer_sent(&mut self, side: Side) {
        self.engine.offer_sent(self.now, self.call, side, &mut self.out);
    }

    pub(crate) fn offer_delivered(&mut self, side: Side) {
        self.engine.offer_delivered(self.now, self.call, side, &mut self.out);
    }

    pub(crate) fn cut_after(&mut self, side: Side, after: Duration) {
        self.engine.cut_after(self.now, self.call, side, after, &mut self.out);
    }

    pub(crate) fn take_offer(&mut self, side: Side) {
        let offer = self.offers[side as usize].take().expect("an offer of the server");
        self.party(side).take_offer(&offer);
    }

    pub(crate) fn leg(&self, side: Side) -> &LegSpec {
        self.legs[side as usize].as_ref().expect("negotiated at the beginning")
    }

    pub(crate) fn talk(&mut self, side: Side) {
        let now = self.now;
        self.party(side).next_frame = Some(now);
    }

    pub(crate) fn party(&mut self, side: Side) -> &mut Party {
        match side {
            Side::Business => &mut self.business,
            Side::Consumer => &mut self.consumer,
        }
    }

    pub(crate) fn stats(&self, side: Side) -> LegStats {
        self.engine.stats(self.call, side).expect("the leg is open")
    }

    /// All legs that there were.
    pub(crate) fn statistics(&self) -> Vec<LegStatistics> {
        self.engine.statistics(self.now, self.call)
    }

    pub(crate) fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        while self.step(end) {}
        self.now = end;
    }

    /// Panics if it takes longer than `limit`.
    pub(crate) fn run_until(&mut self, limit: Duration, done: impl Fn(&Self) -> bool) {
        let end = self.now + limit;
        while !done(self) {
            assert!(self.step(end), "not within {limit:?}: {:?}", self.events);
        }
    }

    /// Puts a datagram straight into the engine, and takes what it answers.
    pub(crate) fn inject(&mut self, datagram: &Datagram) -> Vec<Datagram> {
        let mut contents = datagram.contents.clone();
        self.engine.handle_datagram(self.now, remote(datagram), datagram.dst, &mut contents, &mut self.out);
        self.take_output()
    }

    /// The next thing that happens before `end`; false if there is none.
    fn step(&mut self, end: Instant) -> bool {
        let timers =
            [self.engine.poll_timeout(), self.wire.next(), Some(self.business.next()), Some(self.consumer.next())];
        let next = timers.into_iter().flatten().min().expect("a party always has a timer");
        if next > end {
            return false;
        }
        self.now = self.now.max(next);
        let now = self.now;
        while let Some(datagram) = self.wire.arrived(now) {
            self.deliver(datagram);
        }
        for side in [Side::Business, Side::Consumer] {
            if self.party(side).next() <= now {
                let sent = self.party(side).handle_time(now);
                sent.into_iter().for_each(|datagram| self.wire.send(now, datagram));
            }
        }
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.engine.handle_timeout(now, &mut self.out);
        }
        self.after_engine();
        true
    }

    fn deliver(&mut self, datagram: Datagram) {
        if [SERVER, SERVER_V6, SERVER_TCP].contains(&datagram.dst) {
            let mut contents = datagram.contents.clone();
            self.to_server.push((self.now, datagram.clone()));
            let src = remote(&datagram);
            self.engine.handle_datagram(self.now, src, datagram.dst, &mut contents, &mut self.out);
            return self.after_engine();
        }
        for side in [Side::Business, Side::Consumer] {
            let now = self.now;
            if self.party(side).is_at(datagram.dst) {
                let sent = self.party(side).handle_datagram(now, &datagram);
                sent.into_iter().for_each(|datagram| self.wire.send(now, datagram));
            }
        }
    }

    fn after_engine(&mut self) {
        let sent = self.take_output();
        for datagram in sent {
            self.from_server.push((self.now, datagram.clone()));
            self.wire.send(self.now, datagram);
        }
        while let Some(event) = self.engine.poll_event() {
            self.events.push((self.now, event));
        }
    }

    fn take_output(&mut self) -> Vec<Datagram> {
        let sent = self.out.iter().map(|transmit| {
            let over_tcp = transmit.src == SERVER_TCP;
            assert_eq!(transmit.dst.transport, if over_tcp { Transport::Tcp } else { Transport::Udp });
            Datagram { src: transmit.src, dst: transmit.dst.address, contents: transmit.contents.to_vec() }
        });
        let sent = sent.collect();
        self.out.clear();
        sent
    }
}

/// Where a datagram for the server comes from. Its port tells whether it came in a TCP connection.
fn remote(datagram: &Datagram) -> Remote {
    if datagram.dst == SERVER_TCP { Remote::tcp(datagram.src) } else { Remote::udp(datagram.src) }
}

pub(crate) const CALL: CallId = CallId([1; 32]);
pub(crate) const SERVER: SocketAddr = address([203, 0, 113, 10], 41_000);
pub(crate) const SERVER_TCP: SocketAddr = address([203, 0, 113, 10], 443);
pub(crate) const SERVER_V6: SocketAddr = address_v6(10, 41_000);
pub(crate) const BUSINESS: SocketAddr = address([198, 51, 100, 1], 10_001);
pub(crate) const CONSUMER: SocketAddr = address([198, 51, 100, 2], 10_002);

pub(crate) const fn address_v6(host: u16, port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host)), port)
}

pub(crate) const fn address(ip: [u8; 4], port: u16) -> SocketAddr {
    let [a, b, c, d] = ip;
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(a, b, c, d)), port)
}
