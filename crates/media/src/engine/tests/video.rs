//! Video packet by packet, and what a hostile peer might send as video.

use offhook_call::{CallId, Side, TrackLabel};

use super::super::engine::Engine;
use super::peer::{Opened, Peer, engine};
use crate::leg::{VideoCodec, VideoExtensions, VideoFormat, VideoIn, VideoOut};
use crate::rtp::{Extension, Outgoing};
use crate::srtp::{Profile, StreamIndex};

#[test]
fn header_extensions_are_renumbered_and_carried_as_they_are() {
    let mut call = Call::new();
    let descriptor = [0xDD; 20];
    let extensions = [
        Extension { id: 1, value: b"cam" },
        Extension { id: 2, value: &[0xAB, 0xCD] },
        Extension { id: 3, value: &[1, 2, 3] },
        Extension { id: 5, value: &descriptor },
        Extension { id: 10, value: b"rid" },
        Extension { id: 11, value: b"unknown" },
    ];
    let [packet] = &call.sends(CAMERA, VP8.0, 1, &extensions, b"frame")[..] else { panic!("it is forwarded") };
    let carried: Vec<(u8, &[u8])> = vec![(14, b"farcam"), (12, &[0xAB, 0xCD]), (13, &[1, 2, 3]), (15, &descriptor)];
    let carried: Vec<_> = carried.into_iter().map(|(id, value)| (id, value.to_vec())).collect();
    assert_eq!(packet.extensions, carried);
    assert_eq!((packet.header.ssrc, packet.header.payload_type), (FAR_CAMERA, FAR_VP8.0));
    assert_eq!(packet.payload, b"frame");
}

#[test]
fn repair_names_the_packet_as_it_was_forwarded() {
    let mut call = Call::new();
    let first = call.sends(CAMERA, VP8.0, 65_535, &[], b"a")[0].clone();
    call.sends(CAMERA, VP8.0, 65_537, &[], b"c");
    let repair = call.sends(CAMERA + 1, VP8.1, 9, &[], &[&[0, 0], &b"b"[..]].concat());
    let [repair] = &repair[..] else { panic!("it is forwarded") };
    assert_eq!((repair.header.ssrc, repair.header.payload_type), (FAR_CAMERA + 1, FAR_VP8.1));
    assert_eq!(repair.payload[..2], (first.header.sequence.wrapping_add(1)).to_be_bytes());
    assert_eq!(repair.payload[2..], b"b"[..]);
    // It bears the time of the stream that it repairs (RFC 4588 section 4).
    assert_eq!(
        repair.header.timestamp.wrapping_sub(first.header.timestamp),
        9u32.wrapping_sub(65_535).wrapping_mul(960)
    );
}

#[test]
fn repair_that_names_nothing_goes_nowhere_and_probes_go_through() {
    let mut call = Call::new();
    assert!(call.sends(CAMERA + 1, VP8.1, 1, &[], &[0, 1, b'x']).is_empty(), "before the stream");
    call.sends(CAMERA, VP8.0, 100, &[], b"a");
    for (sequence, payload) in [(2, &[][..]), (3, &[0]), (4, &[0, 101, b'x']), (5, &[0xF0, 0, b'x'])] {
        assert!(call.sends(CAMERA + 1, VP8.1, sequence, &[], payload).is_empty(), "{payload:?}");
    }
    let business = &call.business;
    let header = Outgoing { padding: true, ..business.header(CAMERA + 1, VP8.1, 6, &[]) };
    let probe = business.rtp(6, header, &[0, 0, 0, 4]);
    let [probe] = &call.forwards(probe)[..] else { panic!("it is forwarded") };
    assert!(probe.header.padding);
    assert_eq!(probe.payload, [0, 0, 0, 4]);
}

#[test]
fn a_packet_belongs_to_the_section_of_its_mid_whatever_else_it_says() {
    let mut call = Call::new();
    call.add_screen();
    let mid = |value| [Extension { id: 1, value }];
    assert!(call.sends(CAMERA, VP8.0, 1, &mid(b"nowhere"), b"x").is_empty(), "an unknown MID");
    assert!(call.sends(CAMERA, VP8.0, 2, &mid(b"m0"), b"x").is_empty(), "no video in the audio section");
    assert!(call.sends(SCREEN, OPUS, 3, &mid(b"scr"), b"x").is_empty(), "no audio in a video section");
    let sent = call.sends(CAMERA, VP8.0, 4, &mid(b"scr"), b"x");
    assert_eq!(sent[0].header.ssrc, FAR_SCREEN, "MID wins over the declared SSRC");
    let sent = call.sends(0xABC, VP8.0, 1, &mid(b"cam"), b"x");
    assert_eq!(sent[0].header.ssrc, FAR_CAMERA);
    let sent = call.sends(0xABC, VP8.0, 2, &[], b"x");
    assert_eq!(sent[0].header.ssrc, FAR_CAMERA, "learned");
}

#[test]
fn an_undeclared_ssrc_is_known_by_its_payload_type_only_if_one_section_has_that() {
    let mut call = Call::new();
    let sent = call.sends(0xABC, VP8.0, 1, &[], b"x");
    assert_eq!(sent[0].header.ssrc, FAR_CAMERA);
    call.add_screen();
    assert!(call.sends(0xDEF, VP8.0, 1, &[], b"x").is_empty());
    let before = call.unwanted();
    assert!(call.sends(0xDEF, 50, 2, &[], b"x").is_empty(), "no section has it");
    assert_eq!(call.unwanted(), before + 1);
    let sent = call.sends(0xABC, VP8.0, 2, &[], b"x");
    assert_eq!(sent[0].header.ssrc, FAR_CAMERA, "what was learned stays");
}

#[test]
fn a_flood_of_ssrcs_stops_neither_what_flows_nor_what_is_declared() {
    let mut call = Call::new();
    call.add_screen();
    assert_eq!(call.forwards(call.business.audio(1)).len(), 1);
    assert_eq!(call.sends(CAMERA, VP8.0, 1, &[], b"x").len(), 1);
    for ssrc in 0x1_0000..0x1_0400 {
        call.sends(ssrc, VP8.0, 1, &[], b"flood");
    }
    assert_eq!(call.sends(CAMERA, VP8.0, 2, &[], b"x").len(), 1);
    assert_eq!(call.sends(SCREEN, VP8.0, 1, &[], b"x").len(), 1, "declared, and seen for the first time");
    assert_eq!(call.forwards(call.business.audio(2)).len(), 1);
}

#[test]
fn an_update_moves_what_was_learned_with_its_section() {
    let mut call = Call::new();
    call.add_screen();
    call.sends(0xABC, VP8.0, 1, &[Extension { id: 1, value: b"scr" }], b"x");
    call.business.update(&mut call.engine, |leg| leg.video.incoming.swap(0, 1));
    let sent = call.sends(0xABC, VP8.0, 2, &[], b"x");
    assert_eq!(sent[0].header.ssrc, FAR_SCREEN);
    call.business.update(&mut call.engine, |leg| leg.video.incoming[0].mid = "other".into());
    assert!(call.sends(0xABC, VP8.0, 3, &[], b"x").is_empty(), "its section is no more");
}

#[test]
fn a_stream_that_comes_back_repeats_no_number() {
    let mut call = Call::new();
    let mut last = call.sends(CAMERA, VP8.0, 1, &[], b"x")[0].extended_sequence;
    let section = call.consumer.spec.video.outgoing[0].clone();
    for round in 2..6 {
        call.consumer.update(&mut call.engine, |leg| leg.video.outgoing.clear());
        assert!(call.sends(CAMERA, VP8.0, round * 10, &[], b"x").is_empty());
        call.consumer.update(&mut call.engine, |leg| leg.video.outgoing.push(section.clone()));
        let next = call.sends(CAMERA, VP8.0, round * 10 + 1, &[], b"x")[0].extended_sequence;
        assert_eq!(next, last + 1);
        last = next;
    }
}

/// The business sends a camera to the consumer.
struct Call {
    engine: Engine,
    business: Peer,
    consumer: Peer,
    indices: Vec<(u32, StreamIndex)>,
}

impl Call {
    fn new() -> Self {
        let mut engine = engine();
        let business = Peer::connect(&mut engine, CALL, Side::Business, Profile::AeadAes128Gcm);
        let consumer = Peer::connect(&mut engine, CALL, Side::Consumer, Profile::AeadAes128Gcm);
        let mut call = Self { engine, business, consumer, indices: Vec::new() };
        call.add(TrackLabel::DefaultVideo, ("cam", CAMERA), ("farcam", FAR_CAMERA));
        call
    }

    fn add_screen(&mut self) {
        self.add(TrackLabel::ScreenVideo, ("scr", SCREEN), ("farscr", FAR_SCREEN));
    }

    fn add(&mut self, label: TrackLabel, (mid, ssrc): (&str, u32), (far_mid, far_ssrc): (&str, u32)) {
        let format = |(payload_type, rtx)| VideoFormat { codec: VideoCodec::Vp8, payload_type, rtx: Some(rtx) };
        self.business.update(&mut self.engine, |leg| {
            leg.video.incoming.push(VideoIn {
                label,
                mid: mid.into(),
                ssrcs: vec![ssrc],
                rtx_ssrcs: vec![ssrc + 1],
                formats: vec![format(VP8)],
                on: true,
            });
            leg.video.extensions = extensions([1, 2, 3, 5]);
            leg.audio.mid_extension = Some(1);
        });
        self.consumer.update(&mut self.engine, |leg| {
            leg.video.outgoing.push(VideoOut {
                label,
                mid: far_mid.into(),
                ssrc: far_ssrc,
                rtx_ssrc: Some(far_ssrc + 1),
                formats: vec![format(FAR_VP8)],
                on: true,
            });
            leg.video.extensions = extensions([14, 12, 13, 15]);
        });
    }

    /// What the consumer gets when the business sends that.
    fn sends(
        &mut self,
        ssrc: u32,
        payload_type: u8,
        extended: u64,
        extensions: &[Extension<'_>],
        payload: &[u8],
    ) -> Vec<Opened> {
        let header = self.business.header(ssrc, payload_type, extended, extensions);
        let datagram = self.business.rtp(extended, header, payload);
        self.forwards(datagram)
    }

    fn forwards(&mut self, datagram: Vec<u8>) -> Vec<Opened> {
        let sent = self.business.says(&mut self.engine, datagram);
        sent.iter()
            .map(|(dst, datagram)| {
                assert_eq!(*dst, self.consumer.address);
                let ssrc = crate::rtp::ssrc(datagram);
                let known = self.indices.iter().position(|(of, _)| *of == ssrc);
                let at = known.unwrap_or_else(|| {
                    self.indices.push((ssrc, StreamIndex::default()));
                    self.indices.len() - 1
                });
                self.consumer.opens(&mut self.indices[at].1, datagram).expect("authentic, and new")
            })
            .collect()
    }

    fn unwanted(&self) -> u64 {
        self.engine.stats(CALL, Side::Business).expect("the leg is open").unwanted
    }
}

fn extensions([mid, transport_wide_cc, abs_send_time, dependency_descriptor]: [u8; 4]) -> VideoExtensions {
    VideoExtensions {
        mid: Some(mid),
        transport_wide_cc: Some(transport_wide_cc),
        abs_send_time: Some(abs_send_time),
        dependency_descriptor: Some(dependency_descriptor),
        ..VideoExtensions::default()
    }
}

const CALL: CallId = CallId([5; 32]);
const CAMERA: u32 = 7_000;
const SCREEN: u32 = 7_010;
const FAR_CAMERA: u32 = 8_000;
const FAR_SCREEN: u32 = 8_010;
/// Of the business's audio.
const OPUS: u8 = 96;
/// Payload type, and that of its repair.
const VP8: (u8, u8) = (100, 101);
const FAR_VP8: (u8, u8) = (110, 111);
