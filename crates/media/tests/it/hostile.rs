//! Whoever is not the party gets nothing, not even an answer.

use std::net::SocketAddr;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use is::stun::{StunMessage, TransId};
use offhook_media::{EngineEvent, Side};
use rand::RngExt as _;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use sha1::Sha1;

use crate::wire::{Datagram, Weather};
use crate::world::{CONSUMER, SERVER, World, address};

#[test]
fn only_an_authentic_check_is_answered() {
    let mut world = World::new(71, Weather::FAIR);
    let leg = world.leg(Side::Consumer).clone();
    let (ours, theirs, pwd) = (leg.local_ice.ufrag, leg.remote_ice.ufrag, leg.local_ice.pwd);
    let good = format!("{ours}:{theirs}");
    let stranger = address([192, 0, 2, 66], 666);
    for (username, pwd) in [
        (good.as_str(), "another password"),
        (good.as_str(), leg.remote_ice.pwd.as_str()),
        (&format!("{ours}:{theirs}x"), &pwd),
        (&format!("{ours}x:{theirs}"), &pwd),
        (&format!("{theirs}:{ours}"), &pwd),
    ] {
        let check = check(username, pwd);
        assert!(world.inject(&from(stranger, check)).is_empty(), "{username}");
    }
    let unsigned = StunMessage::binding_request(&good, TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 512];
    let len = unsigned.to_bytes(None, &mut bytes, hmac_sha1).expect("it fits");
    assert!(world.inject(&from(stranger, bytes[..len].to_vec())).is_empty());
    assert_eq!(world.engine.totals().refused_checks, 6);

    let answer = world.inject(&from(stranger, check(&good, &pwd)));
    let [answer] = &answer[..] else { panic!("{answer:?}") };
    let parsed = StunMessage::parse(&answer.contents).expect("an answer");
    assert!(parsed.is_successful_binding_response() && parsed.verify(pwd.as_bytes(), hmac_sha1));
    assert_eq!((parsed.mapped_address(), answer.dst), (Some(stranger), stranger));
}

#[test]
fn dtls_and_media_from_an_address_that_was_not_checked_find_no_leg() {
    let mut world = World::talking(72, Weather::FAIR);
    let stranger = address([192, 0, 2, 66], 666);
    let captured: Vec<Datagram> = world.to_server.iter().map(|(_, datagram)| datagram.clone()).collect();
    let not_stun: Vec<_> = captured.into_iter().filter(|datagram| !datagram.is_stun()).collect();
    assert!(not_stun.len() > 100);
    let (unknown, refused) = (world.engine.totals().unknown_source, world.engine.totals().legs.refused);
    for datagram in &not_stun {
        assert!(world.inject(&from(stranger, datagram.contents.clone())).is_empty());
    }
    assert_eq!(world.engine.totals().unknown_source - unknown, not_stun.len() as u64);
    assert_eq!(world.engine.totals().legs.refused, refused);
}

#[test]
fn a_replayed_packet_goes_nowhere() {
    let mut world = World::talking(73, Weather::FAIR);
    let captured: Vec<Datagram> = world.to_server.iter().map(|(_, datagram)| datagram.clone()).collect();
    let media: Vec<_> = captured.into_iter().filter(|datagram| matches!(datagram.contents[0], 128..=191)).collect();
    for datagram in &media {
        assert!(world.inject(datagram).is_empty());
    }
    assert_eq!(world.engine.totals().legs.replayed, media.len() as u64);
}

#[test]
fn a_changed_packet_goes_nowhere_and_does_not_keep_the_true_one_out() {
    let mut world = World::talking(74, Weather::FAIR);
    world.consumer.next_frame = None;
    world.run(Duration::from_millis(100));
    let now = world.now;
    world.consumer.next_frame = Some(now);
    let sent = world.consumer.handle_time(now);
    let packet = sent.into_iter().find(|datagram| datagram.rtp_ssrc().is_some()).expect("it speaks");
    for at in 0..packet.contents.len() {
        let mut changed = packet.clone();
        changed.contents[at] ^= 1 << (at % 8);
        assert!(world.inject(&changed).is_empty(), "byte {at}");
    }
    for len in 0..packet.contents.len() {
        let cut = Datagram { contents: packet.contents[..len].to_vec(), ..packet.clone() };
        assert!(world.inject(&cut).is_empty(), "{len} bytes");
    }
    assert_eq!(world.inject(&packet).len(), 1);
}

#[test]
fn noise_from_the_partys_own_address_does_no_harm() {
    let mut world = World::new(75, Weather::FAIR);
    let mut rng = ChaCha8Rng::seed_from_u64(75);
    // Before, during and after the handshake.
    for _ in 0..40 {
        world.run(Duration::from_millis(15));
        for _ in 0..50 {
            let len = rng.random_range(0..200);
            let mut contents: Vec<u8> = (0..len).map(|_| rng.random()).collect();
            if let (Some(first), true) = (contents.first_mut(), rng.random()) {
                *first = [0, 1, 20, 22, 23, 25, 128, 144][rng.random_range(0..8)];
            }
            world.inject(&from(CONSUMER, contents));
        }
    }
    let mut world = world.settled();
    world.run(Duration::from_secs(2));
    assert!(world.consumer.heard.len() > 100 && world.business.heard.len() > 100);
    assert!(world.events.iter().all(|(_, event)| !matches!(event, EngineEvent::Lost { .. })));
}

pub(crate) fn from(src: SocketAddr, contents: Vec<u8>) -> Datagram {
    Datagram { src, dst: SERVER, contents }
}

pub(crate) fn check(username: &str, pwd: &str) -> Vec<u8> {
    let request = StunMessage::binding_request(username, TransId::new(), true, 1, 1, true);
    let mut bytes = vec![0; 512];
    let len = request.to_bytes(Some(pwd.as_bytes()), &mut bytes, hmac_sha1).expect("it fits");
    bytes.truncate(len);
    bytes
}

fn hmac_sha1(key: &[u8], parts: &[&[u8]]) -> [u8; 20] {
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
