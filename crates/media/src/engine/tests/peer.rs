//! The bare SRTP transform as a peer: it says exactly what a test wants, which no WebRTC stack does.

use std::net::SocketAddr;
use std::time::Instant;

use dimpl::certificate::generate_self_signed_certificate;
use is::stun::{StunMessage, TransId};
use offhook_call::{CallId, Side};

use super::super::config::{DtlsConfig, EngineConfig};
use super::super::engine::Engine;
use super::super::ice;
use super::super::leg::Leg;
use super::super::transmits::{Remote, Transmits};
use crate::leg::{AudioSpec, IceCredentials, LegSpec, VideoSpec};
use crate::rtp::{Extension, Header, Outgoing};
use crate::srtp::{MasterKey, OpenContext, Profile, ReplayWindow, SealContext, StreamIndex};

/// A peer after its handshake.
pub(super) struct Peer {
    pub(super) call: CallId,
    pub(super) side: Side,
    pub(super) address: SocketAddr,
    /// Of its audio.
    pub(super) ssrc: u32,
    pub(super) spec: LegSpec,
    open: OpenContext,
    seal: SealContext,
}

/// An RTP packet as its receiver sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) header: Header,
    pub(super) extended_sequence: u64,
    pub(super) payload: Vec<u8>,
    /// Id and value.
    pub(super) extensions: Vec<(u8, Vec<u8>)>,
}

impl Peer {
    pub(super) fn connect(engine: &mut Engine, call: CallId, side: Side, profile: Profile) -> Self {
        let (now, mut out) = (Instant::now(), Transmits::new());
        let spec = spec(call, side);
        let address = SocketAddr::from(([198, 51, call.0[0], side as u8 + 1], 5000));
        let (username, pwd) =
            (format!("{}:{}", spec.local_ice.ufrag, spec.remote_ice.ufrag), spec.local_ice.pwd.clone());
        engine.open_leg(now, call, side, spec.clone(), &mut out);
        let mut check = vec![0; 256];
        let request = StunMessage::binding_request(&username, TransId::new(), true, 1, 1, true);
        let len = request.to_bytes(Some(pwd.as_bytes()), &mut check, ice::hmac_sha1).expect("it fits");
        engine.handle_datagram(now, Remote::udp(address), SERVER, &mut check[..len], &mut out);

        let other = side as u8 ^ call.0[0];
        let material: Vec<u8> = (0..profile.keying_material_len() as u8).map(|byte| byte ^ other).collect();
        let keys = || MasterKey::pair_from_dtls(profile, &material).expect("the profile's length");
        let (theirs, ours) = keys();
        leg(engine, call, side).secure(&theirs, &ours);
        let (open, seal) = (OpenContext::new(&ours), SealContext::new(&theirs));
        Self { call, side, address, ssrc: 0x5EED, spec, open, seal }
    }

    /// The next packet of a call's audio.
    pub(super) fn audio(&self, extended: u64) -> Vec<u8> {
        let level = self.spec.audio.level_extension.expect("in the spec");
        let extensions = [Extension { id: level, value: &[0x8A] }];
        let header = self.header(self.ssrc, self.spec.audio.opus, extended, &extensions);
        self.rtp(extended, header, &extended.to_be_bytes())
    }

    pub(super) fn header<'e>(
        &self,
        ssrc: u32,
        payload_type: u8,
        extended: u64,
        extensions: &'e [Extension<'e>],
    ) -> Outgoing<'e> {
        let (sequence, timestamp) = (extended as u16, extended as u32 * 960);
        Outgoing { marker: false, padding: false, payload_type, sequence, timestamp, ssrc, extensions }
    }

    pub(super) fn rtp(&self, extended: u64, header: Outgoing<'_>, payload: &[u8]) -> Vec<u8> {
        let mut packet = Vec::new();
        let header_len = header.write(&mut packet);
        packet.extend_from_slice(payload);
        self.seal.seal_rtp(extended, header_len, &mut packet, 0).expect("keys are fresh");
        packet
    }

    pub(super) fn rtcp(&mut self, mut compound: Vec<u8>) -> Vec<u8> {
        self.seal.seal_rtcp(&mut compound, 0).expect("keys are fresh");
        compound
    }

    /// A receiver report without blocks, and a BYE.
    pub(super) fn goodbye(&mut self) -> Vec<u8> {
        let mut compound = vec![0x80, 201, 0, 1];
        compound.extend_from_slice(&self.ssrc.to_be_bytes());
        compound.extend_from_slice(&[0x81, 203, 0, 1]);
        compound.extend_from_slice(&self.ssrc.to_be_bytes());
        self.rtcp(compound)
    }

    /// What the server sends when this peer sends that: where to, and what.
    pub(super) fn says(&self, engine: &mut Engine, mut datagram: Vec<u8>) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut out = Transmits::new();
        engine.handle_datagram(Instant::now(), Remote::udp(self.address), SERVER, &mut datagram, &mut out);
        out.iter().map(|transmit| (transmit.dst.address, transmit.contents.to_vec())).collect()
    }

    /// `None` if the packet is not authentic, or came before.
    pub(super) fn opens(&self, index: &mut StreamIndex, datagram: &[u8]) -> Option<Opened> {
        let mut packet = datagram.to_vec();
        let header = Header::parse(&packet).expect("RTP");
        let opened = self.open.open_rtp(index, &header, &mut packet).ok()?;
        let extensions = header.extensions(&packet).map(|element| (element.id, element.value.to_vec())).collect();
        let payload = packet[opened.payload].to_vec();
        Some(Opened { header, extended_sequence: opened.extended_sequence, payload, extensions })
    }

    pub(super) fn opens_rtcp(&self, datagram: &[u8]) -> Option<Vec<u8>> {
        let mut packet = datagram.to_vec();
        let len = self.open.open_rtcp(&mut ReplayWindow::default(), &mut packet).ok()?;
        packet.truncate(len);
        Some(packet)
    }

    pub(super) fn update(&mut self, engine: &mut Engine, change: impl FnOnce(&mut LegSpec)) -> usize {
        change(&mut self.spec);
        let mut out = Transmits::new();
        engine.update_leg(Instant::now(), self.call, self.side, self.spec.clone(), &mut out);
        out.len()
    }
}

pub(super) fn engine() -> Engine {
    Engine::new(config())
}

pub(super) fn config() -> EngineConfig {
    let certificate = generate_self_signed_certificate().expect("a certificate");
    EngineConfig::new(DtlsConfig::new().expect("a DTLS configuration"), certificate)
}

fn leg(engine: &mut Engine, call: CallId, side: Side) -> &mut Leg {
    engine.bridge_mut(call).and_then(|bridge| bridge.leg_mut(side)).expect("the leg is open")
}

pub(super) fn spec(call: CallId, side: Side) -> LegSpec {
    let number = side as u8;
    let ice = |ufrag: String| IceCredentials { ufrag, pwd: format!("password-of-22-chars-{number}") };
    LegSpec {
        local_ice: ice(format!("ours{number}{}", call.0[0])),
        remote_ice: ice(format!("theirs{number}")),
        fingerprints: Vec::new(),
        audio: AudioSpec {
            mid: format!("m{number}"),
            far_mid: Some("far".into()),
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

pub(super) const SERVER: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), 4000);
