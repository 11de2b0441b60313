//! Whatever two calls' peers say, the engine lives, sends nothing twice, and keeps the calls apart.

use std::collections::HashMap;
use std::time::Instant;

use offhook_call::{CallId, Side, TrackLabel};
use proptest::prelude::*;

use super::super::engine::Engine;
use super::super::transmits::{Remote, Transmits};
use super::peer::{Peer, engine};
use crate::leg::{LegSpec, VideoCodec, VideoExtensions, VideoFormat, VideoIn, VideoOut};
use crate::rtcp;
use crate::rtp::{self, Extension};
use crate::srtp::{Profile, StreamIndex};

#[derive(Debug, Clone)]
enum Action {
    Rtp { ssrc: u32, payload_type: u8, back: u64, mid: Option<&'static [u8]>, rest: Vec<u8> },
    Rtcp { packets: Vec<(u8, u8, Vec<u32>)> },
    Noise { datagram: Vec<u8> },
    Update { mutes: bool, sends: [bool; 2], gets: [bool; 2], has_section: [bool; 2] },
    OfferSent,
    OfferDelivered,
    Time { ms: u64 },
}

struct World {
    engine: Engine,
    peers: Vec<Peer>,
    /// By peer and SSRC.
    sent: HashMap<(usize, u32), u64>,
    received: HashMap<(usize, u32), StreamIndex>,
    now: Instant,
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn random_peers_do_no_harm(actions in prop::collection::vec((0usize..4, action()), 1..120)) {
        let mut world = World::new();
        for (peer, action) in actions {
            world.act(peer, action)?;
        }
    }
}

impl World {
    fn new() -> Self {
        let mut engine = engine();
        let mut peers = Vec::new();
        for call in CALLS {
            for side in [Side::Business, Side::Consumer] {
                let mut peer = Peer::connect(&mut engine, call, side, Profile::AeadAes128Gcm);
                peer.update(&mut engine, |leg| with_video(leg, [true; 2], [true; 2], [true; 2]));
                peers.push(peer);
            }
        }
        Self { engine, peers, sent: HashMap::new(), received: HashMap::new(), now: Instant::now() }
    }

    fn act(&mut self, at: usize, action: Action) -> Result<(), TestCaseError> {
        let (call, side) = (self.peers[at].call, self.peers[at].side);
        let mut out = Transmits::new();
        match action {
            Action::Rtp { ssrc, payload_type, back, mid, rest } => {
                let newest = self.sent.entry((at, ssrc)).or_insert(100);
                *newest += 1;
                let extended = *newest - back.min(*newest);
                let extensions: Vec<_> = mid.into_iter().map(|value| Extension { id: MID, value }).collect();
                let header = self.peers[at].header(ssrc, payload_type, extended, &extensions);
                let payload = [&[0, extended as u8, call.0[0]], &rest[..]].concat();
                let mut datagram = self.peers[at].rtp(extended, header, &payload);
                let src = Remote::udp(self.peers[at].address);
                self.engine.handle_datagram(self.now, src, super::peer::SERVER, &mut datagram, &mut out);
            }
            Action::Rtcp { packets } => {
                let compound = packets.iter().flat_map(|(count, kind, words)| compound(*count, *kind, words)).collect();
                let mut datagram = self.peers[at].rtcp(compound);
                let src = Remote::udp(self.peers[at].address);
                self.engine.handle_datagram(self.now, src, super::peer::SERVER, &mut datagram, &mut out);
            }
            Action::Noise { mut datagram } => {
                let src = Remote::udp(self.peers[at].address);
                self.engine.handle_datagram(self.now, src, super::peer::SERVER, &mut datagram, &mut out);
            }
            Action::Update { mutes, sends, gets, has_section } => {
                let spec = &mut self.peers[at].spec;
                spec.audio.sends = !mutes;
                with_video(spec, sends, gets, has_section);
                self.engine.update_leg(self.now, call, side, spec.clone(), &mut out);
            }
            Action::OfferSent => self.engine.offer_sent(self.now, call, side, &mut out),
            Action::OfferDelivered => self.engine.offer_delivered(self.now, call, side, &mut out),
            Action::Time { ms } => {
                self.now += std::time::Duration::from_millis(ms);
                self.engine.handle_timeout(self.now, &mut out);
            }
        }
        self.check(call, &out)
    }

    fn check(&mut self, call: CallId, out: &Transmits) -> Result<(), TestCaseError> {
        for transmit in out.iter() {
            let to = self.peers.iter().position(|peer| peer.address == transmit.dst.address).expect("a peer's address");
            let peer = &self.peers[to];
            // Time passes for all calls.
            if rtcp::is_rtcp(transmit.contents) {
                prop_assert!(peer.opens_rtcp(transmit.contents).is_some());
                continue;
            }
            prop_assert_eq!(peer.call, call);
            let index = self.received.entry((to, rtp::ssrc(transmit.contents))).or_default();
            let opened = peer.opens(index, transmit.contents);
            prop_assert!(opened.is_some_and(|opened| opened.payload[2] == call.0[0]), "authentic, new, of this call");
        }
        Ok(())
    }
}

fn action() -> impl Strategy<Value = Action> {
    let ssrc = prop::sample::select(vec![0x5EED, CAMERA, CAMERA + 1, SCREEN, SCREEN + 1, 1, 2, 101, 8_000, 8_001]);
    let payload_type = prop::sample::select(vec![96u8, 97, 100, 101, 102, 103, 110, 50]);
    let mid = prop::option::of(prop::sample::select(vec![&b"cam"[..], b"scr", b"m0", b"m1", b"far", b"nowhere"]));
    let rest = prop::collection::vec(any::<u8>(), 0..12);
    let rtp = (ssrc.clone(), payload_type, 0u64..6, mid, rest)
        .prop_map(|(ssrc, payload_type, back, mid, rest)| Action::Rtp { ssrc, payload_type, back, mid, rest });
    let word = prop_oneof![ssrc, any::<u32>(), Just(u32::from_be_bytes(*b"REMB")), Just(0x0400_0000)];
    let packet = (0u8..32, 199u8..208, prop::collection::vec(word, 1..14));
    let rtcp = prop::collection::vec(packet, 1..4).prop_map(|packets| Action::Rtcp { packets });
    let flags = (any::<bool>(), any::<[bool; 2]>(), any::<[bool; 2]>(), any::<[bool; 2]>());
    let update = flags.prop_map(|(mutes, sends, gets, has_section)| Action::Update { mutes, sends, gets, has_section });
    prop_oneof![
        12 => rtp,
        4 => rtcp,
        1 => prop::collection::vec(any::<u8>(), 0..60).prop_map(|datagram| Action::Noise { datagram }),
        2 => update,
        1 => Just(Action::OfferSent),
        1 => Just(Action::OfferDelivered),
        2 => (0u64..2_000).prop_map(|ms| Action::Time { ms }),
    ]
}

fn with_video(leg: &mut LegSpec, sends: [bool; 2], gets: [bool; 2], has_section: [bool; 2]) {
    let formats = || {
        let format = |codec, payload_type| VideoFormat { codec, payload_type, rtx: Some(payload_type + 1) };
        vec![format(VideoCodec::Vp8, 100), format(VideoCodec::Av1 { profile: 0 }, 102)]
    };
    let tracks = [(TrackLabel::DefaultVideo, "cam", CAMERA), (TrackLabel::ScreenVideo, "scr", SCREEN)];
    leg.video.extensions = VideoExtensions { mid: Some(MID), transport_wide_cc: Some(2), ..Default::default() };
    leg.video.incoming.clear();
    leg.video.outgoing.clear();
    for (at, (label, mid, ssrc)) in tracks.into_iter().enumerate() {
        let (mid, (ssrcs, rtx_ssrcs)) = (mid.to_owned(), (vec![ssrc], vec![ssrc + 1]));
        leg.video.incoming.push(VideoIn { label, mid, ssrcs, rtx_ssrcs, formats: formats(), on: sends[at] });
        if has_section[at] {
            let (mid, ssrc) = (format!("far{mid}", mid = at), ssrc + 1_000);
            let (rtx_ssrc, on) = (Some(ssrc + 1), gets[at]);
            leg.video.outgoing.push(VideoOut { label, mid, ssrc, rtx_ssrc, formats: formats(), on });
        }
    }
}

fn compound(count: u8, packet_type: u8, words: &[u32]) -> Vec<u8> {
    let mut packet = vec![0x80 | count, packet_type, 0, words.len() as u8];
    packet.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    packet
}

const CALLS: [CallId; 2] = [CallId([5; 32]), CallId([6; 32])];
const MID: u8 = 4;
const CAMERA: u32 = 7_000;
const SCREEN: u32 = 7_010;
