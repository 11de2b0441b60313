//! What fuzz targets (`fuzz/`) reach below the public API. Only with the feature `fuzzing`.
//!
//! [`rtp`], [`rtcp`] and [`srtp`] take any bytes and panic if what holds for all bytes does not hold for these.
//! [`PeerSrtp`] is the other end of a leg, and [`secure`] spares an input the handshake.

use std::collections::HashMap;

use offhook_call::{CallId, Side};

use crate::Engine;
use crate::rtcp::{self, Numbered, Sender, Source, Translation};
use crate::rtp::{Header, Outgoing};
use crate::srtp::{MasterKey, OpenContext, Profile, ReplayWindow, SealContext, StreamIndex};

/// A header that can be read is written anew with the same meaning.
pub fn rtp(packet: &[u8]) {
    let Ok(header) = Header::parse(packet) else { return };
    assert!(header.len() <= packet.len(), "a header ends within its packet");
    // 0 is no id (RFC 8285 section 4.2).
    let extensions: Vec<_> = header.extensions(packet).filter(|element| element.id != 0).collect();
    let Header { marker, padding, payload_type, sequence, timestamp, ssrc, .. } = header;
    let outgoing = Outgoing { marker, padding, payload_type, sequence, timestamp, ssrc, extensions: &extensions };
    let mut written = Vec::new();
    assert_eq!(outgoing.write(&mut written), written.len());
    let read = Header::parse(&written).expect("what was written can be read");
    assert_eq!(read.len(), written.len());
    assert_eq!((read.marker, read.padding, read.payload_type), (marker, padding, payload_type));
    assert_eq!((read.sequence, read.timestamp, read.ssrc), (sequence, timestamp, ssrc));
    let again = read.extensions(&written).map(|element| (element.id, element.value));
    assert!(again.eq(extensions.iter().map(|element| (element.id, element.value))), "{extensions:?}");
}

/// What a compound packet is rewritten to can be read and rewritten again.
pub fn rtcp(compound: &[u8]) {
    let _ = (rtcp::is_rtcp(compound), rtcp::sender(compound));
    rtcp::reported_sources(compound).chain(rtcp::requested_pictures(compound)).for_each(drop);
    rtcp::report_blocks(compound).for_each(drop);
    rtcp::sender_reports(compound).for_each(drop);
    let Some(once) = rewritten(compound) else { return };
    assert!(once.len().is_multiple_of(4), "RTCP is made of whole words");
    assert!(rewritten(&once).is_some(), "what was written can be read");
}

/// Bytes are authentic only if they were sealed, and open once and unchanged. The first byte chooses the profile.
pub fn srtp(input: &[u8]) {
    let Some((&choice, packet)) = input.split_first() else { return };
    let profile = PROFILES[usize::from(choice) % PROFILES.len()];
    let material: Vec<u8> = (0..profile.keying_material_len() as u8).collect();
    let (client, server) = MasterKey::pair_from_dtls(profile, &material).expect("as long as the profile wants it");
    let (open, mut seal) = (OpenContext::new(&client), SealContext::new(&client));
    if let Ok(header) = Header::parse(packet) {
        let open =
            |packet: &mut [u8], index: &mut StreamIndex| Some(open.open_rtp(index, &header, packet).ok()?.payload);
        assert_eq!(open(&mut packet.to_vec(), &mut StreamIndex::default()), None, "forged");
        let mut sealed = packet.to_vec();
        seal.seal_rtp(header.sequence.into(), header.len(), &mut sealed, 0).expect("the first packet");
        let mut index = StreamIndex::default();
        let mut damaged = sealed.clone();
        damaged[header.len() + usize::from(choice) % (sealed.len() - header.len())] ^= 1;
        assert_eq!(open(&mut damaged, &mut index), None, "damaged");
        let mut opened = sealed.clone();
        let payload = open(&mut opened, &mut index).expect("sealed with these keys");
        assert_eq!(opened[payload], packet[header.len()..]);
        assert_eq!(open(&mut sealed, &mut index), None, "it came before");
    }
    if rtcp::sender(packet).is_some() {
        assert!(open.open_rtcp(&mut ReplayWindow::default(), &mut packet.to_vec()).is_err(), "forged");
        let (mut sealed, mut window) = (packet.to_vec(), ReplayWindow::default());
        seal.seal_rtcp(&mut sealed, 0).expect("the first packet");
        let mut elsewhere = sealed.clone();
        assert!(OpenContext::new(&server).open_rtcp(&mut window, &mut elsewhere).is_err(), "of other keys");
        let len = open.open_rtcp(&mut window, &mut sealed.clone()).expect("sealed with these keys");
        assert_eq!(len, packet.len());
        assert!(open.open_rtcp(&mut window, &mut sealed).is_err(), "it came before");
    }
}

/// Gives an open leg the keys that a handshake would have given it, and returns the peer's end.
pub fn secure(engine: &mut Engine, call: CallId, side: Side, profile: Profile, material: &[u8]) -> Option<PeerSrtp> {
    let (client, server) = MasterKey::pair_from_dtls(profile, material).ok()?;
    engine.secure(call, side, &client, &server)?;
    PeerSrtp::new(profile, material)
}

/// A peer's end of SRTP: it opens what its leg sends, each packet once, and seals what its leg opens.
pub struct PeerSrtp {
    open: OpenContext,
    seal: SealContext,
    rtp: HashMap<u32, StreamIndex>,
    rtcp: HashMap<u32, ReplayWindow>,
}

impl PeerSrtp {
    /// `material`: what the peer's DTLS association exports, of which it was the client.
    pub fn new(profile: Profile, material: &[u8]) -> Option<Self> {
        let (client, server) = MasterKey::pair_from_dtls(profile, material).ok()?;
        let (open, seal) = (OpenContext::new(&server), SealContext::new(&client));
        Some(Self { open, seal, rtp: HashMap::new(), rtcp: HashMap::new() })
    }

    /// The SSRC and the payload of an RTP packet. `None` if it is not authentic, or came before.
    pub fn open_rtp(&mut self, datagram: &[u8]) -> Option<(u32, Vec<u8>)> {
        let mut packet = datagram.to_vec();
        let header = Header::parse(&packet).ok()?;
        let index = self.rtp.entry(header.ssrc).or_default();
        let opened = self.open.open_rtp(index, &header, &mut packet).ok()?;
        Some((header.ssrc, packet[opened.payload].to_vec()))
    }

    /// The compound packet. `None` if it is not authentic, or came before.
    pub fn open_rtcp(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let mut packet = datagram.to_vec();
        let window = self.rtcp.entry(rtcp::sender(&packet)?).or_default();
        let len = self.open.open_rtcp(window, &mut packet).ok()?;
        packet.truncate(len);
        Some(packet)
    }

    /// Seals a whole packet. `None` if it has no header.
    pub fn seal_rtp(&self, extended_sequence: u64, packet: &mut Vec<u8>) -> Option<()> {
        let header_len = Header::parse(packet).ok()?.len();
        self.seal.seal_rtp(extended_sequence, header_len, packet, 0).ok()
    }

    /// Seals a compound packet. `None` if it has no header.
    pub fn seal_rtcp(&mut self, compound: &mut Vec<u8>) -> Option<()> {
        rtcp::sender(compound)?;
        self.seal.seal_rtcp(compound, 0).ok()
    }
}

/// In other terms, some of which are unknown.
fn rewritten(compound: &[u8]) -> Option<Vec<u8>> {
    let translation = Translation {
        cname: b"name",
        stream: &|ssrc| {
            Some(Sender { ssrc, timestamp_offset: (ssrc % 2 == 0).then_some(1), packets: ssrc, octets: ssrc })
        },
        speaker: &Some,
        source: &|ssrc| (ssrc % 3 != 0).then_some(SOURCE),
        is_report_of: &|ssrc, report| ssrc % 2 == report % 2,
        command: &|_, number| number,
        transport: &|number| (number % 3 != 0).then_some(Numbered { number: number / 2, kept: number % 2 == 0 }),
        any_source: None,
    };
    let mut out = vec![0xEE; 3];
    let written = rtcp::rewrite(compound, &translation, &mut out);
    assert!(out.starts_with(&[0xEE; 3]), "what was there before stays");
    assert_eq!(out.len() - 3, *written.as_ref().unwrap_or(&0));
    written.ok().map(|_| out.split_off(3))
}

const SOURCE: Source =
    Source { ssrc: 1, sequence_offset: 0xFFFF_0000, began: 10, floor: 100, next: 0x0001_0000, lost_before: 5 };
const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];
