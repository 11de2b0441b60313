//! Every pair of protection profiles: what DTLS stacks of the tests' peers cannot be made to choose. The peers here are
//! the bare SRTP transform; that a whole WebRTC stack agrees is shown in `tests/it`.

use std::net::SocketAddr;
use std::time::Instant;

use dimpl::certificate::generate_self_signed_certificate;
use is::stun::{StunMessage, TransId};
use offhook_call::{CallId, Side};

use super::config::{DtlsConfig, EngineConfig};
use super::engine::Engine;
use super::event::EngineEvent;
use super::leg::Leg;
use super::transmits::Transmits;
use crate::leg::{AudioSpec, IceCredentials, LegSpec, VideoSpec};
use crate::rtp::{Extension, Header, Outgoing};
use crate::srtp::{MasterKey, OpenContext, Profile, ReplayWindow, SealContext, StreamIndex};

const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];
const CALL: CallId = CallId([5; 32]);
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 4000);

/// A peer after its handshake.
struct Peer {
    address: SocketAddr,
    ssrc: u32,
    audio: AudioSpec,
    open: OpenContext,
    seal: SealContext,
}

#[test]
fn every_profile_is_bridged_to_every_other() {
    for business in PROFILES {
        for consumer in PROFILES {
            let mut engine = engine();
            let mut business = Peer::connect(&mut engine, Side::Business, business);
            let mut consumer = Peer::connect(&mut engine, Side::Consumer, consumer);
            assert_bridged(&mut engine, &mut business, &consumer);
            assert_bridged(&mut engine, &mut consumer, &business);
        }
    }
}

#[test]
fn what_cannot_be_opened_is_told_and_harms_no_other_call() {
    let mut engine = Engine::new(EngineConfig { bridges_max: 2, ..config() });
    let (now, mut out, other) = (Instant::now(), Transmits::new(), CallId([6; 32]));
    engine.open_leg(now, CALL, Side::Business, spec(Side::Business), &mut out);
    engine.open_leg(now, other, Side::Business, spec(Side::Business), &mut out);
    assert_eq!(engine.poll_event(), Some(EngineEvent::Failed { call: other }), "the ufrag is taken");
    engine.open_leg(now, other, Side::Consumer, spec(Side::Consumer), &mut out);
    assert_eq!(engine.poll_event(), None);
    let third = CallId([7; 32]);
    let mut fresh = spec(Side::Business);
    fresh.local_ice.ufrag = "another".into();
    engine.open_leg(now, third, Side::Business, fresh, &mut out);
    assert_eq!(engine.poll_event(), Some(EngineEvent::Failed { call: third }), "there are enough bridges");
    assert_eq!((engine.totals().live_bridges, engine.totals().live_legs), (2, 2));
    assert!(engine.stats(CALL, Side::Business).is_some() && engine.stats(other, Side::Consumer).is_some());
}

#[test]
fn streams_of_one_peer_are_bounded() {
    let mut engine = engine();
    let mut business = Peer::connect(&mut engine, Side::Business, Profile::AeadAes128Gcm);
    let _consumer = Peer::connect(&mut engine, Side::Consumer, Profile::AeadAes128Gcm);
    let mut out = Transmits::new();
    for ssrc in 0..200 {
        business.ssrc = ssrc;
        engine.handle_datagram(Instant::now(), business.address, SERVER, &mut business.packet(1), &mut out);
    }
    assert_eq!(out.len(), 20);
    let stats = engine.stats(CALL, Side::Business).expect("the leg is open");
    assert_eq!((stats.packets_in, stats.unwanted), (20, 180));
}

/// More packets than fit 16 bits: both rollover counters go on.
fn assert_bridged(engine: &mut Engine, from: &mut Peer, to: &Peer) {
    let (mut out, mut index) = (Transmits::new(), StreamIndex::default());
    for extended in (65_000..131_500).step_by(700) {
        let mut datagram = from.packet(extended);
        engine.handle_datagram(Instant::now(), from.address, SERVER, &mut datagram, &mut out);
        let sent: Vec<_> = out.iter().map(|transmit| (transmit.dst, transmit.contents.to_vec())).collect();
        out.clear();
        let [(dst, packet)] = &sent[..] else { panic!("one packet for one") };
        let mut packet = packet.clone();
        let header = Header::parse(&packet).expect("RTP");
        let opened = to.open.open_rtp(&mut index, &header, &mut packet).expect("authentic");
        assert_eq!((*dst, header.ssrc, header.payload_type), (to.address, to.audio.ssrc_a, to.audio.opus));
        assert_eq!(header.extension(&packet, 4), Some(to.audio.mid.as_bytes()));
        assert_eq!(header.extension(&packet, 9), Some(&[0x8A][..]));
        assert_eq!(&packet[opened.payload], extended.to_be_bytes());
    }
    let mut report = from.goodbye();
    engine.handle_datagram(Instant::now(), from.address, SERVER, &mut report, &mut out);
    let mut sent = out.iter().next().expect("RTCP is forwarded").contents.to_vec();
    let len = to.open.open_rtcp(&mut ReplayWindow::default(), &mut sent).expect("authentic");
    assert_eq!(sent[4..8], to.audio.ssrc_a.to_be_bytes());
    assert_eq!(len, 16);
}

impl Peer {
    fn connect(engine: &mut Engine, side: Side, profile: Profile) -> Self {
        let (now, mut out) = (Instant::now(), Transmits::new());
        let spec = spec(side);
        let audio = spec.audio.clone();
        let address = SocketAddr::from(([198, 51, 100, side as u8 + 1], 5000));
        let (username, pwd) =
            (format!("{}:{}", spec.local_ice.ufrag, spec.remote_ice.ufrag), spec.local_ice.pwd.clone());
        engine.open_leg(now, CALL, side, spec, &mut out);
        let mut check = vec![0; 256];
        let request = StunMessage::binding_request(&username, TransId::new(), true, 1, 1, true);
        let len = request.to_bytes(Some(pwd.as_bytes()), &mut check, super::ice::hmac_sha1).expect("it fits");
        engine.handle_datagram(now, address, SERVER, &mut check[..len], &mut out);

        let material: Vec<u8> = (0..profile.keying_material_len() as u8).map(|byte| byte ^ side as u8).collect();
        let keys = || MasterKey::pair_from_dtls(profile, &material).expect("the profile's length");
        let (theirs, ours) = keys();
        leg(engine, side).secure(&theirs, &ours);
        Self { address, ssrc: 0x5EED, audio, open: OpenContext::new(&ours), seal: SealContext::new(&theirs) }
    }

    fn packet(&self, extended: u64) -> Vec<u8> {
        let header = Outgoing {
            marker: false,
            padding: false,
            payload_type: self.audio.opus,
            sequence: extended as u16,
            timestamp: extended as u32 * 960,
            ssrc: self.ssrc,
            extensions: &[Extension { id: self.audio.level_extension.expect("in the spec"), value: &[0x8A] }],
        };
        let mut packet = Vec::new();
        let header_len = header.write(&mut packet);
        packet.extend_from_slice(&extended.to_be_bytes());
        self.seal.seal_rtp(extended, header_len, &mut packet, 0).expect("keys are fresh");
        packet
    }

    /// A receiver report without blocks, and a BYE.
    fn goodbye(&mut self) -> Vec<u8> {
        let mut compound = vec![0x80, 201, 0, 1];
        compound.extend_from_slice(&self.ssrc.to_be_bytes());
        compound.extend_from_slice(&[0x81, 203, 0, 1]);
        compound.extend_from_slice(&self.ssrc.to_be_bytes());
        self.seal.seal_rtcp(&mut compound, 0).expect("keys are fresh");
        compound
    }
}

fn engine() -> Engine {
    Engine::new(config())
}

fn config() -> EngineConfig {
    let certificate = generate_self_signed_certificate().expect("a certificate");
    EngineConfig::new(DtlsConfig::new().expect("a DTLS configuration"), certificate)
}

fn leg(engine: &mut Engine, side: Side) -> &mut Leg {
    engine.bridge_mut(CALL).and_then(|bridge| bridge.leg_mut(side)).expect("the leg is open")
}

fn spec(side: Side) -> LegSpec {
    let number = side as u8;
    let ice = |ufrag: String| IceCredentials { ufrag, pwd: format!("password-of-22-chars-{number}") };
    LegSpec {
        local_ice: ice(format!("ours{number}")),
        remote_ice: ice(format!("theirs{number}")),
        fingerprints: Vec::new(),
        audio: AudioSpec {
            mid: format!("m{number}"),
            far_mid: "far".into(),
            ssrc_a: 100 + u32::from(number),
            ssrc_b: 200 + u32::from(number),
            cname: "name".into(),
            opus: 96 + number,
            telephone_event: None,
            mid_extension: Some(4),
            level_extension: Some(9),
            sends: true,
            receives: true,
        },
        video: VideoSpec::default(),
    }
}
