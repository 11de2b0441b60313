//! What no WebRTC stack can be made to do: every pair of protection profiles, and packets that no peer of good will sends.
//! The peers here are the bare SRTP transform; that whole WebRTC stacks agree is shown in `tests/it`.

mod peer;
mod random;

mod video;

use std::time::Instant;

use offhook_call::{CallId, Side};

use self::peer::{Peer, config, engine, spec};
use super::config::EngineConfig;
use super::engine::Engine;
use super::event::EngineEvent;
use super::transmits::Transmits;
use crate::srtp::{Profile, StreamIndex};

#[test]
fn every_profile_is_bridged_to_every_other() {
    for business in PROFILES {
        for consumer in PROFILES {
            let mut engine = engine();
            let mut business = Peer::connect(&mut engine, CALL, Side::Business, business);
            let mut consumer = Peer::connect(&mut engine, CALL, Side::Consumer, consumer);
            assert_bridged(&mut engine, &mut business, &consumer);
            assert_bridged(&mut engine, &mut consumer, &business);
        }
    }
}

#[test]
fn what_cannot_be_opened_is_told_and_harms_no_other_call() {
    let mut engine = Engine::new(EngineConfig { bridges_max: 2, ..config() });
    let (now, mut out, other) = (Instant::now(), Transmits::new(), CallId([6; 32]));
    engine.open_leg(now, CALL, Side::Business, spec(CALL, Side::Business), &mut out);
    engine.open_leg(now, other, Side::Business, spec(CALL, Side::Business), &mut out);
    assert_eq!(engine.poll_event(), Some(EngineEvent::Failed { call: other }), "the ufrag is taken");
    engine.open_leg(now, other, Side::Consumer, spec(CALL, Side::Consumer), &mut out);
    assert_eq!(engine.poll_event(), None);
    let third = CallId([7; 32]);
    engine.open_leg(now, third, Side::Business, spec(third, Side::Business), &mut out);
    assert_eq!(engine.poll_event(), Some(EngineEvent::Failed { call: third }), "there are enough bridges");
    assert_eq!((engine.totals().live_bridges, engine.totals().live_legs), (2, 2));
    assert!(engine.stats(CALL, Side::Business).is_some() && engine.stats(other, Side::Consumer).is_some());
}

#[test]
fn streams_of_one_peer_are_bounded() {
    let mut engine = engine();
    let mut business = Peer::connect(&mut engine, CALL, Side::Business, Profile::AeadAes128Gcm);
    let _consumer = Peer::connect(&mut engine, CALL, Side::Consumer, Profile::AeadAes128Gcm);
    let mut forwarded = 0;
    for ssrc in 0..200 {
        business.ssrc = ssrc;
        forwarded += business.says(&mut engine, business.audio(1)).len();
    }
    assert_eq!(forwarded, 20);
    let stats = engine.stats(CALL, Side::Business).expect("the leg is open");
    assert_eq!((stats.packets_in, stats.unwanted), (20, 180));
}

/// More packets than fit 16 bits: both rollover counters go on.
fn assert_bridged(engine: &mut Engine, from: &mut Peer, to: &Peer) {
    let mut index = StreamIndex::default();
    for extended in (65_000..131_500).step_by(700) {
        let sent = from.says(engine, from.audio(extended));
        let [(dst, packet)] = &sent[..] else { panic!("one packet for one") };
        let opened = to.opens(&mut index, packet).expect("authentic");
        let audio = &to.spec.audio;
        assert_eq!((*dst, opened.header.ssrc, opened.header.payload_type), (to.address, audio.ssrc_a, audio.opus));
        assert_eq!(opened.extensions, [(4, audio.mid.clone().into_bytes()), (9, vec![0x8A])]);
        assert_eq!(opened.payload, extended.to_be_bytes());
    }
    let goodbye = from.goodbye();
    let sent = from.says(engine, goodbye);
    let [(_, report)] = &sent[..] else { panic!("RTCP is forwarded") };
    let report = to.opens_rtcp(report).expect("authentic");
    assert_eq!(report[4..8], to.spec.audio.ssrc_a.to_be_bytes());
    assert_eq!(report.len(), 16);
}

const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];
const CALL: CallId = CallId([5; 32]);
