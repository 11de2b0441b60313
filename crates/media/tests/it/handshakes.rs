//! DTLS on narrow paths, and with first messages in pieces.

use std::time::{Duration, Instant};

use dimpl::certificate::generate_self_signed_certificate;
use dimpl::{Config, Dtls, Output};
use offhook_media::{Fingerprint, LegState, Side};
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use str0m::config::DtlsVersion;

use crate::hostile::{check, from};
use crate::party::Habits;
use crate::wire::{Datagram, Weather};
use crate::world::{CONSUMER, SERVER, World};

#[test]
fn a_handshake_fits_a_path_that_carries_no_more_than_576_bytes() {
    for version in [DtlsVersion::Dtls12, DtlsVersion::Dtls13, DtlsVersion::Auto] {
        let habits = Habits { dtls: version, ..Habits::default() };
        let mut world = World::with_habits(91, Weather::FAIR, &habits, &habits);
        // What the parties send themselves is not at issue: str0m does not know such paths.
        let is_long = |datagram: &Datagram| datagram.src == SERVER && datagram.contents.len() > 576 - 20 - 8;
        world.wire.loses = Some(Box::new(is_long));
        let began = world.now;
        let world = world.settled();
        for side in [Side::Business, Side::Consumer] {
            let connected = world.events.iter().find(|(_, event)| is_connected(event, side)).expect("settled");
            assert!(connected.0 - began < Duration::from_secs(2), "{version:?}: {:?}", connected.0 - began);
        }
    }
}

#[test]
fn a_first_flight_fits_every_ipv6_path_even_in_a_tunnel() {
    let world = World::talking(92, Weather::FAIR);
    let handshake = world.from_server.iter().filter(|(_, datagram)| is_dtls(&datagram.contents));
    let lengths: Vec<_> = handshake.map(|(_, datagram)| datagram.contents.len()).collect();
    assert!(lengths.iter().any(|len| *len > 508), "whole at first: {lengths:?}");
    assert!(lengths.iter().all(|len| *len <= 1200), "{lengths:?}");
}

#[test]
fn a_long_packet_passes_as_it_came() {
    let mut world = World::talking(93, Weather::FAIR);
    let (now, payload_type) = (world.now, world.business.payload_type());
    world.business.next_frame = None;
    let payload = vec![0x5A; 1_372];
    world.business.write(now, payload_type, 7_000, false, &payload);
    world.run(Duration::from_millis(200));
    assert_eq!(world.consumer.heard.last().expect("it is heard").payload, payload);
    let longest =
        |datagrams: &[(Instant, Datagram)]| datagrams.iter().map(|(_, datagram)| datagram.contents.len()).max();
    let (came, went) = (longest(&world.to_server), longest(&world.from_server));
    assert!(came > Some(1_400) && went <= Some(1_472), "{came:?} {went:?}");
}

#[test]
fn a_client_hello_in_pieces_connects_in_whatever_order_they_come() {
    for seed in 0..12 {
        for version in [Dtls::new_12, Dtls::new_13] {
            let mut client = Client::new(version, PIECE_LEN);
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let pieces = client.take_sent();
            assert!(pieces.len() > 1, "one message in {} datagrams", pieces.len());
            let mut disorder: Vec<_> = pieces.iter().chain(&pieces).cloned().collect();
            disorder.shuffle(&mut rng);
            disorder.into_iter().for_each(|piece| client.deliver(piece));
            client.finish();
        }
    }
}

#[test]
fn a_client_hello_that_lost_a_piece_connects_when_it_is_repeated() {
    for lost in 0..2 {
        for version in [Dtls::new_12, Dtls::new_13] {
            let mut client = Client::new(version, PIECE_LEN);
            let pieces = client.take_sent();
            for (at, piece) in pieces.into_iter().enumerate() {
                if at != lost {
                    client.deliver(piece);
                }
            }
            assert!(!client.is_connected);
            client.finish();
        }
    }
}

/// A party that is nothing but ICE and DTLS.
struct Client {
    world: World,
    dtls: Dtls,
    timeout: Instant,
    is_connected: bool,
}

impl Client {
    fn new(version: fn(std::sync::Arc<Config>, dimpl::DtlsCertificate, Instant) -> Dtls, piece_len: usize) -> Self {
        let mut world = World::new(94, Weather::FAIR);
        world.wire.cut_off.push(CONSUMER);
        let certificate = generate_self_signed_certificate().expect("a certificate");
        let fingerprint = certificate.fingerprint().try_into().expect("SHA-256 has 32 bytes");
        world.update(Side::Consumer, |leg| leg.fingerprints = vec![Fingerprint::Sha256(fingerprint)]);
        let leg = world.leg(Side::Consumer).clone();
        let username = format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag);
        assert_eq!(world.inject(&from(CONSUMER, check(&username, &leg.local_ice.pwd))).len(), 1);
        let config = Config::builder().mtu(piece_len).build().expect("a DTLS configuration");
        let mut dtls = version(config.into(), certificate, world.now);
        dtls.set_active(true);
        dtls.handle_timeout(world.now).expect("it begins");
        let timeout = world.now;
        Self { world, dtls, timeout, is_connected: false }
    }

    fn take_sent(&mut self) -> Vec<Vec<u8>> {
        let (mut sent, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            match self.dtls.poll_output(&mut buffer) {
                Output::Packet(datagram) => sent.push(datagram.to_vec()),
                Output::Connected => self.is_connected = true,
                Output::Timeout(at) => {
                    self.timeout = at;
                    return sent;
                }
                _ => {}
            }
        }
    }

    /// Gives the server a datagram, and the client what comes back.
    fn deliver(&mut self, datagram: Vec<u8>) {
        for answer in self.world.inject(&from(CONSUMER, datagram)) {
            self.dtls.handle_packet(&answer.contents).expect("what the server sends is in order");
        }
    }

    /// Goes on until both sides are connected.
    fn finish(mut self) {
        for _ in 0..20 {
            for datagram in self.take_sent() {
                self.deliver(datagram);
            }
            self.world.run(Duration::ZERO);
            if self.is_connected && self.world.is_connected(Side::Consumer) {
                return;
            }
            self.world.now = self.world.now.max(self.timeout);
            self.dtls.handle_timeout(self.world.now).expect("it repeats what got no answer");
        }
        panic!("not connected: {:?}", self.world.states(Side::Consumer));
    }
}

fn is_connected(event: &offhook_media::EngineEvent, of: Side) -> bool {
    let offhook_media::EngineEvent::LegState { side, state, .. } = event else { return false };
    *side == of && matches!(state, LegState::DtlsConnected { .. })
}

fn is_dtls(datagram: &[u8]) -> bool {
    matches!(datagram.first(), Some(20..=63))
}

/// Several pieces even for the shortest first message.
const PIECE_LEN: usize = 100;
