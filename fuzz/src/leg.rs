//! One leg, and bytes that reach it.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use offhook_call::{CallId, Side};
use offhook_media::{Engine, EngineEvent, LegSpec, LegState, Remote, Transmits};

use crate::party::{self, Party};
use crate::script::Announces;
use crate::stun;
use crate::world::{SERVER, engine};

/// STUN from somewhere. As it is, it gets no byte unless it is an authentic check; with its attributes signed by the
/// party, it gets one answer at most, and nothing goes anywhere else.
pub fn ask(message: &[u8]) {
    let (mut engine, leg, now) = open();
    let signed = stun::signed(&leg, message.get(STUN_HEADER_LEN..).unwrap_or_default());
    for datagram in [message.to_vec(), signed] {
        let is_stun = datagram.first().is_some_and(|first| *first <= 3);
        let is_authentic = is_stun && stun::authentic(&datagram, &leg).is_some();
        let (mut out, mut contents) = (Transmits::new(), datagram);
        engine.handle_datagram(now, STRANGER, SERVER, &mut contents, &mut out);
        assert_eq!(out.len(), usize::from(is_authentic), "one answer to an authentic check, and to nothing else");
        for answer in out.iter() {
            assert_eq!((answer.src, answer.dst), (SERVER, STRANGER));
            assert!(answer.contents.len() <= ANSWER_LEN_MAX);
            assert_eq!(answer.contents.get(4..STUN_HEADER_LEN), contents.get(4..STUN_HEADER_LEN), "the transaction's");
        }
    }
}

/// Datagrams of DTLS from the party's own address: each is two bytes of length and so many more. None of them can
/// finish a handshake, whose numbers are fresh each time.
pub fn shake_hands(datagrams: &[u8]) {
    let (mut engine, leg, mut now) = open();
    let place = party::place(0);
    let mut check =
        stun::check(&format!("{}:{}", leg.local_ice.ufrag, leg.remote_ice.ufrag), &leg.local_ice.pwd, true, false, 1);
    engine.handle_datagram(now, place, SERVER, &mut check, &mut Transmits::new());
    let mut rest = datagrams;
    while let Some((len, after)) = rest.split_first_chunk::<2>() {
        let (datagram, after) = after.split_at(after.len().min(u16::from_be_bytes(*len).into()));
        rest = after;
        let mut out = Transmits::new();
        engine.handle_datagram(now, place, SERVER, &mut datagram.to_vec(), &mut out);
        judge(&mut engine, &out, place);
        now += BETWEEN;
        let mut out = Transmits::new();
        engine.handle_timeout(now, &mut out);
        judge(&mut engine, &out, place);
    }
}

fn judge(engine: &mut Engine, out: &Transmits, place: Remote) {
    assert!(out.len() <= FLIGHT_MAX, "{} datagrams for one", out.len());
    assert!(out.iter().all(|transmit| transmit.dst == place && transmit.src == SERVER));
    while let Some(event) = engine.poll_event() {
        let is_connected = matches!(event, EngineEvent::LegState { state: LegState::DtlsConnected { .. }, .. });
        assert!(!is_connected, "without a key");
    }
}

fn open() -> (Engine, LegSpec, Instant) {
    let (mut engine, now, call) = (engine(), Instant::now(), CallId([0; 32]));
    let leg = Party::new(call, Side::Business, now).opened(1, Announces::Own);
    engine.open_leg(now, call, Side::Business, leg.clone(), &mut Transmits::new());
    (engine, leg, now)
}

const STRANGER: Remote = Remote::udp(SocketAddr::new(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 66)), 666));
const STUN_HEADER_LEN: usize = 20;
const ANSWER_LEN_MAX: usize = 128;
const BETWEEN: Duration = Duration::from_millis(300);
/// A flight of the server, and one that it repeats.
const FLIGHT_MAX: usize = 16;
