//! Which addresses the answers name, and that they lead here.

use std::net::{IpAddr, Ipv4Addr, UdpSocket};

use offhook_call::{CallId, ConsumerAudio};
use offhook_relay::{Relay, RelayConfig, Side, StartError};

use crate::peer::{Peer, run_until};
use crate::{V4, V6, call, config};

#[test]
fn candidates_name_the_public_addresses_in_the_place_of_the_own_ones() {
    for (public_ip, advertise, named) in [
        (&[][..], &[][..], &["127.0.0.1", "::1"][..]),
        (&["203.0.113.5"], &[], &["203.0.113.5", "::1"]),
        (&["203.0.113.5", "203.0.113.6", "2001:db8::5"], &[], &["203.0.113.5", "203.0.113.6", "2001:db8::5"]),
        (&["203.0.113.5"], &["127.0.0.1"], &["203.0.113.5", "127.0.0.1"]),
        (&[], &["::1", "127.0.0.1", "::1"], &["::1", "127.0.0.1"]),
    ] {
        let (relay, _events) = Relay::start(of(public_ip, advertise)).expect("loopback");
        let answer = answer(&relay, &Peer::new(V4));
        let (udp, tcp) = (candidates(&answer, "udp"), candidates(&answer, "tcp"));
        assert_eq!(ips(&udp), named);
        assert_eq!(ips(&tcp), named);
        for same in [udp, tcp] {
            assert!(same.iter().all(|(_, port, _)| *port == same[0].1), "one port on all: {same:?}");
        }
    }
}

#[test]
fn each_candidate_has_its_own_priority_and_tcp_is_below_udp() {
    let (relay, _events) = Relay::start(of(&["203.0.113.5", "203.0.113.6", "2001:db8::5"], &[])).expect("loopback");
    let answer = answer(&relay, &Peer::new(V4));
    let (udp, tcp) = (candidates(&answer, "udp"), candidates(&answer, "tcp"));
    let mut priorities: Vec<_> = udp.iter().chain(&tcp).map(|(_, _, priority)| *priority).collect();
    let (lowest_udp, highest_tcp) = (udp.iter().map(|it| it.2).min(), tcp.iter().map(|it| it.2).max());
    assert!(lowest_udp > highest_tcp);
    priorities.sort_unstable();
    priorities.dedup();
    assert_eq!(priorities.len(), 6);
}

#[test]
fn a_call_comes_through_a_nat_that_maps_one_to_one() {
    let (relay, _events) = Relay::start(of(&["203.0.113.5", "2001:db8::5"], &[])).expect("loopback");
    let mut peers = [Peer::new(V4), Peer::over_tcp(V6)];
    for (peer, side) in peers.iter_mut().zip([Side::Business, Side::Consumer]) {
        let prepared = relay.negotiate(CALL, side, &peer.offer, &[], ConsumerAudio::Both).expect("a good offer");
        assert!(!prepared.answer.contains(" 127.0.0.1 ") && !prepared.answer.contains(" ::1 "), "{}", prepared.answer);
        // What such a NAT does to the packets, done to the addresses.
        peer.take_answer(&prepared.answer.replace("203.0.113.5", "127.0.0.1").replace("2001:db8::5", "::1"));
        relay.apply(prepared.change);
    }
    let [business, consumer] = &mut peers;
    run_until(&mut [business, consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 10));
}

#[test]
fn every_address_of_the_machine_leads_here_on_one_port_that_nobody_else_gets() {
    for address in ["127.0.0.1", "127.0.0.2"] {
        let config = RelayConfig { bind: vec![Ipv4Addr::UNSPECIFIED.into()], ..of(&[], &[address]) };
        let (relay, _events) = Relay::start(config).expect("loopback");
        let port = candidates(&answer(&relay, &Peer::new(V4)), "udp")[0].1;
        let (_, mut business, mut consumer) = call(&relay, 1, V4, V4);
        run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= 10));
        for taken in ["127.0.0.1", "127.0.0.2", "0.0.0.0"] {
            assert!(UdpSocket::bind((taken, port)).is_err(), "{taken}");
        }
    }
}

#[test]
fn addresses_that_no_peer_reaches_are_refused_at_the_start() {
    let only_v4 = |config: RelayConfig| RelayConfig { bind: vec![V4], ..config };
    for (config, message) in [
        (of(&["0.0.0.0"], &[]), "0.0.0.0 in public_ip or advertise is not"),
        (of(&["127.0.0.1"], &[]), "127.0.0.1 in public_ip or advertise is not"),
        (of(&[], &["ff02::1"]), "ff02::1 in public_ip or advertise is not"),
        (of(&["255.255.255.255"], &[]), "255.255.255.255 in public_ip or advertise is not"),
        (
            only_v4(of(&["203.0.113.5", "2001:db8::5"], &[])),
            "2001:db8::5 is in public_ip or advertise, but bind has no",
        ),
        (only_v4(of(&[], &["2001:db8::5"])), "2001:db8::5 is in public_ip or advertise, but bind has no"),
    ] {
        let error = Relay::start(config).map(|_| ()).expect_err(message);
        assert!(error.to_string().starts_with(message), "{error}");
    }
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = taken.local_addr().expect("bound").port();
    let tcp = Some(offhook_relay::TcpConfig { port, ..Default::default() });
    let error = Relay::start(RelayConfig { tcp, ..config(1) }).map(|_| ()).expect_err("the port is taken");
    assert!(matches!(error, StartError::BindTcp(_)), "{error}");
}

fn of(public_ip: &[&str], advertise: &[&str]) -> RelayConfig {
    let parsed = |addresses: &[&str]| addresses.iter().map(|text| text.parse().expect("an address")).collect();
    RelayConfig { public_ip: parsed(public_ip), advertise: parsed(advertise), ..config(1) }
}

fn answer(relay: &Relay, peer: &Peer) -> String {
    relay.negotiate(CALL, Side::Business, &peer.offer, &[], ConsumerAudio::Both).expect("a good offer").answer
}

/// Address, port and priority of each candidate over the transport.
fn candidates(answer: &str, transport: &str) -> Vec<(IpAddr, u16, u32)> {
    let candidates = answer.lines().filter_map(|line| line.strip_prefix("a=candidate:"));
    let words = candidates.map(|line| line.split(' ').collect::<Vec<_>>()).filter(|words| words[2] == transport);
    let parts = words.map(|words| (words[4].parse(), words[5].parse(), words[3].parse()));
    parts
        .map(|(ip, port, priority)| (ip.expect("an address"), port.expect("a port"), priority.expect("a number")))
        .collect()
}

fn ips(candidates: &[(IpAddr, u16, u32)]) -> Vec<String> {
    candidates.iter().map(|(ip, ..)| ip.to_string()).collect()
}

const CALL: CallId = CallId([8; 32]);
