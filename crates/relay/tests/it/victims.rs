//! Sockets that an offer names and that have no part in the call.

use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::time::Duration;

use offhook_relay::{Relay, Side};

use crate::peer::{Peer, run_until};
use crate::{V4, block_on, config, open};

#[test]
fn nothing_reaches_an_address_that_only_an_offer_names() {
    let udp = UdpSocket::bind((V4, 0)).expect("loopback");
    let elsewhere = UdpSocket::bind((IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), 0)).expect("loopback");
    let tcp = TcpListener::bind((V4, 0)).expect("loopback");
    udp.set_nonblocking(true).expect("a socket can be non-blocking");
    elsewhere.set_nonblocking(true).expect("a socket can be non-blocking");
    tcp.set_nonblocking(true).expect("a socket can be non-blocking");
    let port = |address: io::Result<std::net::SocketAddr>| address.expect("a bound socket").port();
    let (udp_port, tcp_port) = (port(udp.local_addr()), port(tcp.local_addr()));
    let named = [
        format!("a=rtcp:{udp_port} IN IP4 127.0.0.1"),
        format!("a=candidate:91 1 udp 2130706431 127.0.0.1 {udp_port} typ host"),
        format!("a=candidate:92 1 udp 2130706431 localhost {udp_port} typ host"),
        format!(
            "a=candidate:93 1 udp 1694498815 127.0.0.2 {} typ srflx raddr 127.0.0.1 rport {udp_port}",
            port(elsewhere.local_addr())
        ),
        format!("a=candidate:94 1 tcp 1518280447 127.0.0.1 {tcp_port} typ host tcptype passive"),
    ];

    let (relay, _events) = Relay::start(config(1)).expect("loopback");
    let id = offhook_call::CallId([7; 32]);
    let (mut business, mut consumer) = (Peer::new(V4), Peer::new(V4));
    for (peer, side) in [(&mut business, Side::Business), (&mut consumer, Side::Consumer)] {
        peer.offer = named.iter().fold(peer.offer.clone(), |offer, line| format!("{offer}{line}\r\n"));
        peer.offer = peer.offer.replace("c=IN IP4 0.0.0.0", "c=IN IP4 127.0.0.2");
        open(&relay, id, side, peer);
    }
    run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 50));
    block_on(relay.shutdown());

    for victim in [&udp, &elsewhere] {
        let received = victim.recv_from(&mut [0; 2048]).map_err(|error| error.kind());
        assert_eq!(received.err(), Some(io::ErrorKind::WouldBlock));
    }
    assert_eq!(tcp.accept().map(drop).map_err(|error| error.kind()), Err(io::ErrorKind::WouldBlock));
}

#[test]
fn offers_that_nobody_follows_leave_no_leg() {
    let config = offhook_relay::RelayConfig { connect_timeout: Duration::from_millis(50), ..config(2) };
    let (relay, mut events) = Relay::start(config).expect("loopback");
    let calls = (0..40).map(|number| offhook_call::CallId([number; 32]));
    for call in calls.clone() {
        open(&relay, call, Side::Business, &mut Peer::new(V4));
    }
    // What their owner does when a leg is lost.
    for _ in calls {
        let event = block_on(events.recv()).expect("the relay runs");
        let offhook_relay::Event::Media(offhook_relay::EngineEvent::Lost { call, .. }) = event else {
            panic!("{event:?}")
        };
        block_on(relay.close(call));
    }
    assert_eq!(block_on(relay.legs()), Some(Vec::new()));
    block_on(relay.shutdown());
}
