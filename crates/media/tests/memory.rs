//! What strangers and offers that come to nothing make the server hold. A program of its own, because it counts what is
//! allocated; one test, because tests of a program run side by side.

use std::alloc::System;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Dtls, DtlsCertificate, Output};
use hmac::{Hmac, KeyInit, Mac};
use is::stun::{StunMessage, TransId};
use offhook_call::{CallId, ConsumerAudio};
use offhook_media::{
    Candidate, DtlsConfig, Engine, EngineConfig, EngineEvent, LegChange, LegSpec, Local, Lost, Remote, Sessions, Side,
    Transmits,
};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha1::Sha1;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[test]
fn offers_that_never_connect_and_strangers_leave_no_memory() {
    let certificate = generate_self_signed_certificate().expect("a certificate");
    let hello = client_hello(certificate.clone());
    let mut server = Server::new(certificate);
    // What is set up once.
    server.suffer_offers(&hello, 10);
    let before = held();
    server.suffer_offers(&hello, OFFERS);
    let left = held().saturating_sub(before);
    assert!(left <= LEFT_MAX, "{left} bytes are left of {OFFERS} offers");

    let mut datagrams = [hello, nobodys_check(), vec![0x80; 100]];
    let region = Region::new(ALLOCATOR);
    server.suffer_strangers(&mut datagrams);
    let change = region.change();
    assert_eq!((change.allocations, change.reallocations), (0, 0), "a stranger costs no handshake");
    assert_eq!(server.engine.poll_timeout(), None);
}

/// The engine and what its owner keeps of a call.
struct Server {
    engine: Engine,
    out: Transmits,
    sessions: HashMap<CallId, Sessions>,
    local: Local,
    rng: ChaCha8Rng,
    now: Instant,
}

impl Server {
    fn new(certificate: DtlsCertificate) -> Self {
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
            sessions: HashMap::new(),
            local,
            rng: ChaCha8Rng::seed_from_u64(1),
            now: Instant::now(),
        }
    }

    /// Offers of which some get as far as a check or half a handshake. 90 s after the last one, nothing of them is left.
    fn suffer_offers(&mut self, hello: &[u8], count: u16) {
        for number in 0..count {
            let call = call(number);
            let leg = self.open(call);
            let place = Remote::udp(SocketAddr::from(([10, 0, (number >> 8) as u8, number as u8], 5_000)));
            if !number.is_multiple_of(3) {
                self.receive(place, check(&leg));
                assert_eq!(self.out.len(), 1, "answered");
            }
            if number.is_multiple_of(2) {
                self.receive(place, hello.to_vec());
            }
            self.out.clear();
            self.pass(Duration::from_millis(10));
        }
        self.pass(Duration::from_secs(90));
        let totals = self.engine.totals();
        assert_eq!((totals.live_bridges, totals.live_legs, self.sessions.len()), (0, 0, 0));
        assert_eq!(self.engine.poll_timeout(), None, "no timer either");
        self.sessions.shrink_to_fit();
        self.out = Transmits::new();
    }

    /// ClientHellos, checks and media from where nobody belongs.
    fn suffer_strangers(&mut self, datagrams: &mut [Vec<u8>]) {
        for number in 0..STRANGERS {
            let place = Remote::udp(SocketAddr::from(([192, 0, (number >> 8) as u8, number as u8], 666)));
            for datagram in &mut *datagrams {
                self.engine.handle_datagram(self.now, place, SERVER, datagram, &mut self.out);
            }
        }
        assert!(self.out.is_empty());
    }

    fn open(&mut self, call: CallId) -> LegSpec {
        let sessions = self.sessions.entry(call).or_default();
        let (local, audio) = (&self.local, ConsumerAudio::Both);
        let answered =
            sessions.negotiate(Side::Business, OFFER, &[], audio, local, &mut self.rng).expect("a good offer");
        let changes = sessions.adopt(answered.change);
        let [(side, LegChange::Open(leg))] = &changes[..] else { panic!("the first offer opens the leg") };
        self.engine.open_leg(self.now, call, *side, leg.clone(), &mut self.out);
        leg.clone()
    }

    fn receive(&mut self, from: Remote, mut datagram: Vec<u8>) {
        self.engine.handle_datagram(self.now, from, SERVER, &mut datagram, &mut self.out);
    }

    /// Time passes, and the owner closes what is lost.
    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(due) = self.engine.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.engine.handle_timeout(self.now, &mut self.out);
            while let Some(event) = self.engine.poll_event() {
                match event {
                    EngineEvent::Lost { call, lost, .. } => {
                        // The last retransmission of half a handshake is jittered: its end may come first.
                        assert!(matches!(lost, Lost::NeverConnected | Lost::HandshakeFailed), "{lost}");
                        self.engine.close(self.now, call, &mut self.out);
                        self.sessions.remove(&call);
                    }
                    EngineEvent::LegState { .. } | EngineEvent::Noted { .. } => {}
                    EngineEvent::Failed { .. } => panic!("{event:?}"),
                }
            }
            self.out.clear();
        }
        self.now = end;
    }
}

fn client_hello(certificate: DtlsCertificate) -> Vec<u8> {
    let (config, now) = (dimpl::Config::builder().build().expect("a client's configuration"), Instant::now());
    let mut client = Dtls::new_12(config.into(), certificate, now);
    client.set_active(true);
    client.handle_timeout(now).expect("a client begins");
    let mut buffer = [0; 4096];
    let Output::Packet(hello) = client.poll_output(&mut buffer) else { panic!("it begins with a packet") };
    hello.to_vec()
}

fn check(leg: &LegSpec) -> Vec<u8> {
    let username = format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag);
    let request = StunMessage::binding_request(&username, TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 512];
    let sign = |key: &[u8], parts: &[&[u8]]| -> [u8; 20] {
        let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    };
    let len = request.to_bytes(Some(leg.local_ice.pwd.as_bytes()), &mut bytes, sign).expect("it fits");
    bytes.truncate(len);
    bytes
}

fn nobodys_check() -> Vec<u8> {
    let request = StunMessage::binding_request("nobody:theirs", TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 512];
    let len = request.to_bytes(None, &mut bytes, |_, _| [0; 20]).expect("it fits");
    bytes.truncate(len);
    bytes
}

fn call(number: u16) -> CallId {
    let mut call = CallId([0; 32]);
    call.0[..2].copy_from_slice(&number.to_be_bytes());
    call
}

fn held() -> usize {
    let stats = INSTRUMENTED_SYSTEM.stats();
    stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated)
}

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const OFFER: &str = include_str!("../../../fixtures/sdp/chromium-audio.sdp");
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 10)), 41_000);
const OFFERS: u16 = 2_000;
const STRANGERS: u16 = 10_000;
/// What is left is not theirs: queues that keep the room of their longest moment.
const LEFT_MAX: usize = 64 << 10;
