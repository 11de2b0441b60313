//! Hundreds of parties connect while strangers send ClientHellos.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use dimpl::certificate::generate_self_signed_certificate;
use offhook_call::{CallId, ConsumerAudio};
use offhook_media::{
    Candidate, DtlsConfig, Engine, EngineConfig, EngineEvent, LegChange, LegState, Local, Remote, Sessions, Side,
    Transmits,
};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use crate::party::{Habits, Party};
use crate::wire::{Datagram, Weather, Wire};
use crate::world::{SERVER, World, address};

#[test]
fn a_thousand_hostile_hellos_a_second_hold_up_none_of_five_hundred_set_ups() {
    let alone = Crowd::default().connect();
    let hello = client_hello();
    let beset = Crowd { hello: Some(hello), ..Crowd::default() }.connect();
    for connected in [&alone, &beset] {
        assert_eq!(connected.took.len(), PARTIES);
    }
    assert!(beset.hellos >= 5_000, "{} in all", beset.hellos);
    assert_eq!((alone.unknown_source, beset.unknown_source), (0, beset.hellos), "none of them reached a handshake");
    assert!(p99(&beset.took) <= p99(&alone.took).mul_f64(1.2), "{:?} after {:?}", p99(&beset.took), p99(&alone.took));
}

/// Parties that come one after the other, each with a leg of its own, in virtual time.
struct Crowd {
    engine: Engine,
    out: Transmits,
    local: Local,
    rng: ChaCha8Rng,
    wire: Wire,
    parties: Vec<(Instant, Party)>,
    /// What strangers send, if they do.
    hello: Option<Vec<u8>>,
    hellos: u64,
    took: Vec<Duration>,
}

/// How it went.
struct Connected {
    took: Vec<Duration>,
    hellos: u64,
    unknown_source: u64,
}

impl Default for Crowd {
    fn default() -> Self {
        let certificate = generate_self_signed_certificate().expect("a certificate");
        let local = Local {
            candidates: vec![Candidate::Udp(SERVER)],
            fingerprint: certificate.fingerprint().try_into().expect("SHA-256 has 32 bytes"),
            opus_fmtp: String::new(),
            shard: 0,
        };
        let config = EngineConfig::new(DtlsConfig::new().expect("a DTLS configuration"), certificate);
        Self {
            engine: Engine::new(config),
            out: Transmits::new(),
            local,
            rng: ChaCha8Rng::seed_from_u64(500),
            wire: Wire::new(500, Weather::FAIR),
            parties: Vec::new(),
            hello: None,
            hellos: 0,
            took: Vec::new(),
        }
    }
}

impl Crowd {
    fn connect(mut self) -> Connected {
        let start = Instant::now();
        let (mut next_party, mut next_hello) = (start, self.hello.as_ref().map(|_| start));
        while self.took.len() < PARTIES {
            let coming = (self.parties.len() < PARTIES).then_some(next_party);
            let parties = self.parties.iter().map(|(_, party)| party.next()).min();
            let due = [coming, next_hello, parties, self.wire.next(), self.engine.poll_timeout()];
            let now = due.into_iter().flatten().min().expect("somebody has something to do");
            assert!(now - start < Duration::from_secs(30), "{} of {PARTIES} connected", self.took.len());
            if coming.is_some_and(|at| at <= now) {
                self.come(now);
                next_party += BETWEEN_PARTIES;
            }
            if let Some(at) = next_hello.as_mut().filter(|at| **at <= now) {
                *at += BETWEEN_HELLOS;
                self.molest(now);
            }
            self.work(now);
        }
        let unknown_source = self.engine.totals().unknown_source;
        Connected { took: self.took, hellos: self.hellos, unknown_source }
    }

    fn come(&mut self, now: Instant) {
        let mut party = Party::new(place(self.parties.len()), now, &Habits::default());
        let mut sessions = Sessions::default();
        let answered =
            sessions.negotiate(Side::Business, &party.offer, &[], ConsumerAudio::Both, &self.local, &mut self.rng);
        let answered = answered.expect("a good offer");
        for (side, change) in sessions.adopt(answered.change) {
            let LegChange::Open(leg) = change else { panic!("the first offer opens the leg") };
            self.engine.open_leg(now, call(self.parties.len()), side, leg, &mut self.out);
        }
        party.take_answer(now, &answered.answer);
        self.parties.push((now, party));
    }

    /// A stranger's ClientHello, from anywhere or from behind the same NAT as a party.
    fn molest(&mut self, now: Instant) {
        let Some(hello) = &mut self.hello else { return };
        self.hellos += 1;
        let mut src = address(self.rng.random(), self.rng.random_range(1_024..=u16::MAX));
        if self.hellos.is_multiple_of(2) {
            src.set_ip(place(self.rng.random_range(0..PARTIES)).ip());
            src.set_port(666);
        }
        // Another random than before: no two are the same handshake.
        hello[RANDOM_AT] = self.rng.random();
        self.engine.handle_datagram(now, Remote::udp(src), SERVER, &mut hello.clone(), &mut self.out);
        assert!(self.out.is_empty(), "a stranger got an answer");
    }

    fn work(&mut self, now: Instant) {
        while let Some(Datagram { src, dst, mut contents }) = self.wire.arrived(now) {
            if dst == SERVER {
                self.engine.handle_datagram(now, Remote::udp(src), SERVER, &mut contents, &mut self.out);
            } else {
                let (_, party) = &mut self.parties[number(dst)];
                let sent = party.handle_datagram(now, &Datagram { src, dst, contents });
                sent.into_iter().for_each(|datagram| self.wire.send(now, datagram));
            }
        }
        for (_, party) in self.parties.iter_mut().filter(|(_, party)| party.next() <= now) {
            party.handle_time(now).into_iter().for_each(|datagram| self.wire.send(now, datagram));
        }
        if self.engine.poll_timeout().is_some_and(|at| at <= now) {
            self.engine.handle_timeout(now, &mut self.out);
        }
        for transmit in self.out.iter() {
            let (src, dst, contents) = (transmit.src, transmit.dst.address, transmit.contents.to_vec());
            self.wire.send(now, Datagram { src, dst, contents });
        }
        self.out.clear();
        while let Some(event) = self.engine.poll_event() {
            match event {
                EngineEvent::LegState { call, state: LegState::DtlsConnected { .. }, .. } => {
                    let number = u16::from_be_bytes([call.0[0], call.0[1]]);
                    self.took.push(now - self.parties[usize::from(number)].0);
                }
                EngineEvent::LegState { .. } | EngineEvent::Noted { .. } => {}
                EngineEvent::Lost { .. } | EngineEvent::Failed { .. } => panic!("{event:?}"),
            }
        }
    }
}

/// What a WebRTC stack really sends, from a call elsewhere.
fn client_hello() -> Vec<u8> {
    let mut world = World::new(501, Weather::FAIR);
    let is_dtls = |datagram: &Datagram| matches!(datagram.contents[0], 20..=63);
    world.run_until(Duration::from_secs(5), |world| world.to_server.iter().any(|(_, sent)| is_dtls(sent)));
    let (_, hello) = world.to_server.into_iter().find(|(_, sent)| is_dtls(sent)).expect("just seen");
    assert_eq!((hello.contents[0], hello.contents[13]), (22, 1), "a handshake record with a ClientHello");
    hello.contents
}

fn p99(took: &[Duration]) -> Duration {
    let mut took = took.to_vec();
    took.sort_unstable();
    took[took.len() * 99 / 100]
}

fn call(number: usize) -> CallId {
    let mut call = CallId([0; 32]);
    call.0[..2].copy_from_slice(&(number as u16).to_be_bytes());
    call
}

fn place(number: usize) -> SocketAddr {
    address([10, 0, (number >> 8) as u8, number as u8], 5_000)
}

fn number(place: SocketAddr) -> usize {
    let std::net::IpAddr::V4(ip) = place.ip() else { panic!("{place}") };
    let [.., high, low] = ip.octets();
    usize::from(u16::from_be_bytes([high, low]))
}

const PARTIES: usize = 500;
const BETWEEN_PARTIES: Duration = Duration::from_millis(10);
const BETWEEN_HELLOS: Duration = Duration::from_millis(1);
/// In a record with a whole ClientHello: record header, handshake header and version.
const RANDOM_AT: usize = 13 + 12 + 2;
