//! The relay with real sockets, on loopback.

mod addresses;
mod line;
mod peer;
mod tcp;
mod victims;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, UdpSocket};
use std::num::NonZero;
use std::time::Duration;

use offhook_call::{CallId, ConsumerAudio};
use offhook_media::FAULTY_CALL;
use offhook_relay::{EngineEvent, Event, LegState, Lost, Relay, RelayConfig, Side};
use peer::{Peer, run_until};
use tokio::sync::mpsc::Receiver;

const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);

#[test]
fn calls_on_all_shards_and_both_families_are_bridged() {
    let (relay, mut events) = Relay::start(config(2)).expect("loopback");
    let mut calls: Vec<(CallId, Peer, Peer)> = (0..6).map(|number| call(&relay, number, V4, V6)).collect();
    let mut peers: Vec<&mut Peer> = calls.iter_mut().flat_map(|(_, business, consumer)| [business, consumer]).collect();
    run_until(&mut peers, |peers| peers.iter().all(|peer| peer.heard.len() >= 20));
    for pair in peers.chunks(2) {
        let [business, consumer] = pair else { panic!("a call has two parties") };
        for (listener, speaker) in [(business, consumer), (consumer, business)] {
            let port = speaker.port().to_be_bytes();
            assert!(listener.heard.iter().all(|payload| payload[..2] == port), "only its own party");
        }
    }
    for (id, ..) in &calls {
        let legs = block_on(relay.statistics(*id));
        let [business, consumer] = &legs[..] else { panic!("both legs are open: {legs:?}") };
        assert!(business.packets_in >= 20 && consumer.packets_in >= 20);
        assert!(business.first_packet_us.is_some() && consumer.bytes_out > 0);
        let remotes = [business, consumer].map(|leg| leg.path.map(|path| path.remote.ip()));
        assert_eq!(remotes, [Some(V4), Some(V6)]);
    }
    let connected = told(&mut events).into_iter().filter(is_connected).count();
    assert_eq!(connected, 12);
    let before = block_on(relay.statistics(calls[0].0));
    let legs = block_on(relay.close(calls[0].0));
    assert_eq!(legs.len(), 2, "how they did is told once more, at the end");
    assert!(legs.iter().zip(before).all(|(end, before)| end.packets_in >= before.packets_in && end.dtls.is_some()));
    assert_eq!(block_on(relay.statistics(calls[0].0)), []);
    assert_eq!(block_on(relay.close(calls[0].0)), []);
    block_on(relay.shutdown());
}

#[test]
fn a_bug_in_one_call_ends_that_call_only() {
    let (relay, mut events) = Relay::start(config(1)).expect("loopback");
    let (_, mut business, mut consumer) = call(&relay, 1, V4, V4);
    let mut faulty = [Peer::new(V4), Peer::new(V4)];
    for (peer, side) in faulty.iter_mut().zip([Side::Business, Side::Consumer]) {
        open(&relay, FAULTY_CALL, side, peer);
    }
    let [first, second] = &mut faulty;
    let mut failed = false;
    run_until(&mut [&mut business, &mut consumer, first, second], |_| {
        let told = told(&mut events);
        failed |= told.iter().any(|event| matches!(event, EngineEvent::Failed { call } if *call == FAULTY_CALL));
        failed
    });
    assert_eq!(block_on(relay.statistics(FAULTY_CALL)), []);
    let before = business.heard.len();
    run_until(&mut [&mut business, &mut consumer], |peers| peers.iter().all(|peer| peer.heard.len() >= before + 20));
    block_on(relay.shutdown());
}

#[test]
fn a_leg_that_nobody_connects_to_is_reported() {
    let config = RelayConfig { connect_timeout: Duration::from_millis(50), ..config(1) };
    let (relay, mut events) = Relay::start(config).expect("loopback");
    let id = CallId([9; 32]);
    open(&relay, id, Side::Business, &mut Peer::new(V4));
    let event = block_on(events.recv()).expect("the relay runs");
    let Event::Media(EngineEvent::Lost { call, side, lost }) = event else { panic!("{event:?}") };
    assert_eq!((call, side, lost), (id, Side::Business, Lost::NeverConnected));
}

#[test]
fn shutting_down_ends_the_threads_and_frees_the_ports() {
    let (relay, mut events) = Relay::start(RelayConfig { bind: vec![V4], ..config(2) }).expect("loopback");
    let prepared = relay
        .negotiate(CallId([3; 32]), Side::Business, &Peer::new(V4).offer, &[], ConsumerAudio::Both)
        .expect("a good offer");
    let candidate =
        prepared.answer.lines().find(|line| line.starts_with("a=candidate")).expect("a candidate").to_owned();
    let port = candidate.split(' ').nth(5).and_then(|port| port.parse().ok()).expect("a port");
    assert!(UdpSocket::bind((V4, port)).is_err(), "in use");
    block_on(relay.shutdown());
    assert!(UdpSocket::bind((V4, port)).is_ok());
    assert!(block_on(events.recv()).is_none(), "nothing is left that could report");
    // Late commands are harmless.
    assert_eq!(block_on(relay.close(CallId([3; 32]))), []);
    assert_eq!(block_on(relay.statistics(CallId([3; 32]))), []);
}

#[test]
fn addresses_of_the_machine_are_advertised_if_none_is_given() {
    let config = RelayConfig { bind: vec![Ipv4Addr::UNSPECIFIED.into()], advertise: Vec::new(), ..config(1) };
    let (relay, _events) = Relay::start(config).expect("some interface");
    let answer = relay
        .negotiate(CallId([3; 32]), Side::Business, &Peer::new(V4).offer, &[], ConsumerAudio::Both)
        .expect("a good offer")
        .answer;
    let candidates: Vec<_> = answer.lines().filter(|line| line.starts_with("a=candidate")).collect();
    assert!(!candidates.is_empty() && candidates.iter().all(|line| !line.contains("0.0.0.0")), "{answer}");
}

fn config(shards: usize) -> RelayConfig {
    RelayConfig { shards: NonZero::new(shards).expect("at least one"), bind: vec![V4, V6], ..RelayConfig::default() }
}

fn call(relay: &Relay, number: u8, business: IpAddr, consumer: IpAddr) -> (CallId, Peer, Peer) {
    let id = CallId([number; 32]);
    let (mut business, mut consumer) = (Peer::new(business), Peer::new(consumer));
    open(relay, id, Side::Business, &mut business);
    open(relay, id, Side::Consumer, &mut consumer);
    (id, business, consumer)
}

fn open(relay: &Relay, call: CallId, side: Side, peer: &mut Peer) {
    let prepared = relay.negotiate(call, side, &peer.offer, &[], ConsumerAudio::Both).expect("a good offer");
    peer.take_answer(&prepared.answer);
    relay.apply(prepared.change);
}

fn told(events: &mut Receiver<Event>) -> Vec<EngineEvent> {
    let media = std::iter::from_fn(|| events.try_recv().ok()).map(|event| match event {
        Event::Media(event) => event,
        Event::ShardFailed { shard, error } => panic!("shard {shard}: {error:?}"),
        Event::DoorFailed { error } => panic!("{error:?}"),
    });
    media.collect()
}

fn is_connected(event: &EngineEvent) -> bool {
    matches!(event, EngineEvent::LegState { state: LegState::DtlsConnected { .. }, .. })
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}
