//! Media over TCP.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use offhook_call::{CallId, ConsumerAudio, Transport};
use offhook_relay::{Relay, RelayConfig, Side, TcpConfig};

use crate::line::{framed, tcp_candidates};
use crate::peer::{Pace, Peer, run_until};
use crate::{V4, V6, block_on, config, open};

#[test]
fn calls_over_tcp_are_bridged_on_all_shards_and_in_any_mixture() {
    let (relay, _events) = Relay::start(config(3)).expect("loopback");
    let peer = |line: usize| match line {
        0 => Peer::over_tcp(V4),
        1 => Peer::over_tcp(V6),
        2 => Peer::new(V4),
        _ => Peer::new(V6),
    };
    let mut peers = Vec::new();
    for (number, (business, consumer)) in [(0, 0), (0, 1), (1, 2), (3, 0), (1, 1), (2, 1)].into_iter().enumerate() {
        let id = CallId([number as u8; 32]);
        for (side, line) in [(Side::Business, business), (Side::Consumer, consumer)] {
            let mut peer = peer(line);
            open(&relay, id, side, &mut peer);
            peers.push(peer);
        }
    }
    let mut all: Vec<_> = peers.iter_mut().collect();
    run_until(&mut all, |peers| peers.iter().all(|peer| peer.heard.len() >= 20));
    for pair in all.chunks(2) {
        let [business, consumer] = pair else { panic!("a call has two parties") };
        for (listener, speaker) in [(business, consumer), (consumer, business)] {
            assert!(
                listener.heard.iter().all(|heard| heard[..2] == speaker.port().to_be_bytes()),
                "only its own party"
            );
            assert!(numbers(listener).windows(2).all(|pair| pair[1] == pair[0] + 1), "nothing is lost");
        }
    }
}

#[test]
fn a_peer_that_does_not_read_loses_packets_and_holds_up_nobody() {
    let (relay, _events) = Relay::start(config(1)).expect("loopback");
    let (mut slow, mut fast) = (Peer::over_tcp(V4), Peer::new(V4));
    open(&relay, CALL, Side::Business, &mut slow);
    open(&relay, CALL, Side::Consumer, &mut fast);
    run_until(&mut [&mut slow, &mut fast], |peers| peers.iter().all(|peer| peer.heard.len() >= 5));

    slow.reads = false;
    fast.pace = Pace { interval: Duration::from_micros(500), len: 1_100 };
    let (told_before, said_before) = (fast.heard.len(), fast.said);
    run_until(&mut [&mut slow, &mut fast], |peers| peers[1].said >= said_before + 3_000);
    assert!(fast.heard.len() >= told_before + 50, "the other one's voice is heard all the time");

    slow.reads = true;
    fast.pace = Pace::AUDIO;
    let now = fast.said;
    run_until(&mut [&mut slow, &mut fast], |peers| numbers(peers[0]).last().is_some_and(|last| *last >= now + 20));
    let numbers = numbers(&slow);
    let lost = numbers.windows(2).map(|pair| u64::from(pair[1] - pair[0] - 1)).sum::<u64>();
    assert!(lost > 1_000, "what was not read in time is lost: {lost}");
}

#[test]
fn idle_connections_keep_nobody_out() {
    let tcp = TcpConfig { connections_per_address_max: 10_000, ..TcpConfig::default() };
    let (relay, _events) = Relay::start(RelayConfig { tcp: Some(tcp), ..config(1) }).expect("loopback");
    let mut peers = [Peer::over_tcp(V4), Peer::over_tcp(V4)];
    let server = tcp_candidates(&answer(&relay, &peers[0]))[0];
    let mut idle: Vec<_> = (0..400).map(|_| connect(server)).collect();
    for (peer, side) in peers.iter_mut().zip([Side::Business, Side::Consumer]) {
        open(&relay, CALL, side, peer);
    }
    let [business, consumer] = &mut peers;
    run_until(&mut [business, consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 20));
    assert!(is_closed(&mut idle[0]), "the first of too many made room");
}

#[test]
fn one_address_has_so_many_connections_and_gets_new_ones_for_old() {
    let tcp = TcpConfig { connections_per_address_max: 3, ..TcpConfig::default() };
    let (relay, _events) = Relay::start(RelayConfig { tcp: Some(tcp), ..config(1) }).expect("loopback");
    let (mut business, mut consumer) = (Peer::over_tcp(V4), Peer::over_tcp(V6));
    let server = tcp_candidates(&answer(&relay, &business))[0];
    let mut idle: Vec<_> = (0..3).map(|_| connect(server)).collect();
    assert!(is_closed(&mut connect(server)));
    idle.iter_mut().for_each(|stream| assert!(!is_closed_now(stream)));
    drop(idle);
    // Whether the server has noticed yet is not certain, so the peer tries again, as peers do.
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_closed_soon(&mut connect(server)) {
        assert!(Instant::now() < deadline, "the seats are free again");
    }
    open(&relay, CALL, Side::Business, &mut business);
    open(&relay, CALL, Side::Consumer, &mut consumer);
    run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 20));
}

#[test]
fn whoever_does_not_begin_with_an_authentic_check_is_put_out_without_a_byte() {
    let tcp = TcpConfig { first_check_max: Duration::from_secs(1), ..TcpConfig::default() };
    let (relay, _events) = Relay::start(RelayConfig { tcp: Some(tcp), ..config(2) }).expect("loopback");
    let mut peer = Peer::over_tcp(V4);
    let answered = prepare(&relay, &mut peer);
    let server = tcp_candidates(&answered)[0];
    let check = peer.first_check();
    let ufrag = answered.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).expect("a ufrag").to_owned();
    let changed = |from: &str, to: &str| {
        let at = check.windows(from.len()).position(|part| part == from.as_bytes()).expect("it is there");
        let mut other = check.clone();
        other[at..at + to.len()].copy_from_slice(to.as_bytes());
        other
    };
    let mut badly_signed = check.clone();
    // Before the last attribute, FINGERPRINT, ends MESSAGE-INTEGRITY (RFC 8489 section 14).
    badly_signed[check.len() - 10] ^= 1;
    for (name, bytes) in [
        ("silence", Vec::new()),
        ("half a check", framed(&check)[..30].to_vec()),
        ("an empty frame", vec![0, 0]),
        ("a frame that is too long", vec![0xFF; 100]),
        ("HTTP", b"GET / HTTP/1.1\r\nHost: offhook\r\n\r\n".to_vec()),
        ("TLS", [&[0x16, 3, 1, 0, 200][..], &[1; 200]].concat()),
        ("RTP", framed(&[0x80; 100])),
        ("a check for no shard", framed(&changed(&ufrag, &format!("{}/9", &ufrag[..ufrag.len() - 2])))),
        ("a check for no leg", framed(&changed(&ufrag, "none"))),
        ("a check with another signature", framed(&badly_signed)),
    ] {
        let mut stream = connect(server);
        stream.write_all(&bytes).expect("the server takes it");
        assert!(is_closed(&mut stream), "{name}");
    }

    let mut stream = connect(server);
    stream.write_all(&framed(&check)).expect("the server takes it");
    assert!(!is_closed_soon(&mut stream), "the same from the peer itself");
    for garbage in [vec![0, 0], framed(&[0xFF; 300]), framed(&[22; 30]), framed(&[0x80; 200]), framed(&check[..40])] {
        stream.write_all(&garbage).expect("the server takes it");
    }
    stream.write_all(&framed(&check)).expect("the server takes it");
    assert!(!is_closed_soon(&mut stream), "what is not understood is dropped");
    stream.write_all(&[0xFF, 0xFF, 0]).expect("the server takes it");
    assert!(is_closed(&mut stream), "after a frame that is too long nothing can be understood");
    assert_eq!(block_on(relay.statistics(CALL)).len(), 1, "the leg is open");
}

#[test]
fn a_connection_ends_with_its_call_and_the_port_with_the_relay() {
    let (relay, _events) = Relay::start(config(1)).expect("loopback");
    let (mut business, mut consumer) = (Peer::over_tcp(V4), Peer::over_tcp(V4));
    open(&relay, CALL, Side::Business, &mut business);
    open(&relay, CALL, Side::Consumer, &mut consumer);
    run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 5));
    let server = tcp_candidates(&answer(&relay, &Peer::over_tcp(V4)))[0];
    let legs = block_on(relay.close(CALL));
    assert!(legs.iter().all(|leg| leg.path.is_some_and(|path| path.transport == Transport::Tcp)), "{legs:?}");
    run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.is_put_out()));
    assert!(TcpStream::connect(server).is_ok());
    block_on(relay.shutdown());
    assert!(TcpStream::connect(server).is_err());
}

#[test]
fn without_tcp_no_candidate_speaks_of_it() {
    let (relay, _events) = Relay::start(RelayConfig { tcp: None, ..config(1) }).expect("loopback");
    assert_eq!(tcp_candidates(&answer(&relay, &Peer::new(V4))), []);
}

/// Numbers that the peer heard, by the payloads.
fn numbers(peer: &Peer) -> Vec<u32> {
    let number = |heard: &Vec<u8>| u32::from_be_bytes(heard[2..6].try_into().expect("four bytes"));
    peer.heard.iter().map(number).collect()
}

fn answer(relay: &Relay, peer: &Peer) -> String {
    relay
        .negotiate(CallId([99; 32]), Side::Business, &peer.offer, &[], ConsumerAudio::Both)
        .expect("a good offer")
        .answer
}

/// Opens the leg; the peer has its answer, and has not connected.
fn prepare(relay: &Relay, peer: &mut Peer) -> String {
    let prepared = relay.negotiate(CALL, Side::Business, &peer.offer, &[], ConsumerAudio::Both).expect("a good offer");
    peer.take_answer(&prepared.answer);
    relay.apply(prepared.change);
    prepared.answer
}

fn connect(server: SocketAddr) -> TcpStream {
    TcpStream::connect(server).expect("the server listens")
}

/// Whether the server closes the connection and says nothing more than answers to checks.
fn is_closed(stream: &mut TcpStream) -> bool {
    closes_within(stream, Duration::from_secs(8))
}

fn is_closed_soon(stream: &mut TcpStream) -> bool {
    closes_within(stream, Duration::from_millis(300))
}

fn is_closed_now(stream: &mut TcpStream) -> bool {
    closes_within(stream, Duration::from_millis(1))
}

fn closes_within(stream: &mut TcpStream, time: Duration) -> bool {
    stream.set_read_timeout(Some(time)).expect("a time");
    let mut buffer = [0; 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            // A success response to a check, framed (RFC 8489 section 5).
            Ok(len) => assert_eq!(buffer[2..4], [1, 1], "{:?}", &buffer[..len]),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => return false,
            Err(_) => return true,
        }
    }
}

const CALL: CallId = CallId([7; 32]);
