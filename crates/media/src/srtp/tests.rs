//! What a leg relies on, for every profile: only what was sent comes out, once, whatever the network does to it.

use proptest::prelude::*;

use super::context::{Opened, SealError};
use super::*;
use crate::{rtcp, rtp};

const PROFILES: [Profile; 3] = [Profile::AeadAes128Gcm, Profile::AeadAes256Gcm, Profile::AesCm128HmacSha1_80];
const SSRC: u32 = 0xCAFE_BABE;
const PAYLOAD: &[u8] = b"twenty milliseconds of speech";

#[test]
fn a_sealed_packet_opens_to_what_it_was() {
    for profile in PROFILES {
        let (seal, open) = contexts(profile);
        let sealed = sealed_rtp(&seal, 0x1_0000_0007);
        let (header, opened, packet) = open_rtp(&open, &mut at(0x1_0000_0006), &sealed).expect("authentic");
        assert_eq!((header.ssrc, header.sequence), (SSRC, 7));
        assert_eq!(opened.extended_sequence, 0x1_0000_0007);
        assert_eq!(&packet[opened.payload], PAYLOAD);
        assert!(!sealed.windows(PAYLOAD.len()).any(|window| window == PAYLOAD), "sealed in the clear");
    }
}

#[test]
fn a_packet_is_sealed_behind_what_the_buffer_holds() {
    for profile in PROFILES {
        let (seal, open) = contexts(profile);
        let mut out = b"earlier".to_vec();
        let header_len = write_rtp(9, &mut out);
        seal.seal_rtp(9, header_len, &mut out, 7).expect("index in range");
        assert_eq!(&out[..7], b"earlier");
        open_rtp(&open, &mut StreamIndex::default(), &out[7..]).expect("authentic");
    }
}

#[test]
fn no_changed_byte_passes() {
    for profile in PROFILES {
        let (mut seal, open) = contexts(profile);
        let (rtp, rtcp) = (sealed_rtp(&seal, 100), sealed_rtcp(&mut seal));
        let (mut index, mut window) = (StreamIndex::default(), ReplayWindow::default());
        for at in 0..rtp.len() {
            let mut packet = rtp.clone();
            packet[at] ^= 0x04;
            assert!(open_rtp(&open, &mut index, &packet).is_err(), "RTP byte {at}");
        }
        for at in 0..rtcp.len() {
            let mut packet = rtcp.clone();
            packet[at] ^= 0x04;
            assert_eq!(open.open_rtcp(&mut window, &mut packet), Err(OpenError::NotAuthentic), "RTCP byte {at}");
        }
        open_rtp(&open, &mut index, &rtp).expect("forgeries leave the stream as it was");
        open.open_rtcp(&mut window, &mut rtcp.clone()).expect("forgeries leave the window as it was");
    }
}

#[test]
fn no_shortened_packet_passes() {
    for profile in PROFILES {
        let (mut seal, open) = contexts(profile);
        let (rtp, rtcp) = (sealed_rtp(&seal, 100), sealed_rtcp(&mut seal));
        for len in 0..rtp.len() {
            assert!(open_rtp(&open, &mut StreamIndex::default(), &rtp[..len]).is_err(), "RTP of {len} bytes");
        }
        for len in 0..rtcp.len() {
            let mut packet = rtcp[..len].to_vec();
            assert!(open.open_rtcp(&mut ReplayWindow::default(), &mut packet).is_err(), "RTCP of {len} bytes");
        }
    }
}

#[test]
fn the_other_directions_key_opens_nothing() {
    for profile in PROFILES {
        let (client, server) = master_keys(profile);
        let mut seal = SealContext::new(&client);
        let open = OpenContext::new(&server);
        let refused = open_rtp(&open, &mut StreamIndex::default(), &sealed_rtp(&seal, 1)).map(|_| ());
        assert_eq!(refused, Err(OpenError::NotAuthentic));
        let refused = open.open_rtcp(&mut ReplayWindow::default(), &mut sealed_rtcp(&mut seal));
        assert_eq!(refused, Err(OpenError::NotAuthentic));
    }
}

#[test]
fn a_packet_opens_once() {
    for profile in PROFILES {
        let (mut seal, open) = contexts(profile);
        let mut index = StreamIndex::default();
        for sequence in [200, 201, 203] {
            open_rtp(&open, &mut index, &sealed_rtp(&seal, sequence)).expect("new");
        }
        for (sequence, expected) in [
            (201, Err(OpenError::Replayed)),
            (203, Err(OpenError::Replayed)),
            (203 - 128, Err(OpenError::TooOld)),
            (202, Ok(())),
            (202, Err(OpenError::Replayed)),
            (204 - 128, Ok(())),
        ] {
            let result = open_rtp(&open, &mut index, &sealed_rtp(&seal, sequence)).map(|_| ());
            assert_eq!(result, expected, "sequence {sequence}");
        }

        let mut window = ReplayWindow::default();
        let rtcp = sealed_rtcp(&mut seal);
        open.open_rtcp(&mut window, &mut rtcp.clone()).expect("new");
        assert_eq!(open.open_rtcp(&mut window, &mut rtcp.clone()), Err(OpenError::Replayed));
        open.open_rtcp(&mut window, &mut sealed_rtcp(&mut seal)).expect("the next one has another index");
    }
}

#[test]
fn a_packet_from_before_the_first_one_is_too_old() {
    let (seal, open) = contexts(Profile::AeadAes128Gcm);
    let mut index = StreamIndex::default();
    open_rtp(&open, &mut index, &sealed_rtp(&seal, 2)).expect("the first");
    assert_eq!(open_rtp(&open, &mut index, &sealed_rtp(&seal, 0xFFFF)).map(|_| ()), Err(OpenError::TooOld));
    open_rtp(&open, &mut index, &sealed_rtp(&seal, 1)).expect("late");
}

#[test]
fn rtcp_that_says_it_is_not_encrypted_is_refused() {
    for (profile, index_from_end) in [(Profile::AeadAes128Gcm, 4), (Profile::AesCm128HmacSha1_80, 14)] {
        let (mut seal, open) = contexts(profile);
        let mut packet = sealed_rtcp(&mut seal);
        let at = packet.len() - index_from_end;
        packet[at] &= 0x7F;
        assert_eq!(open.open_rtcp(&mut ReplayWindow::default(), &mut packet), Err(OpenError::NotEncrypted));
    }
}

#[test]
fn an_index_beyond_48_bits_is_not_sealed() {
    let (seal, _) = contexts(Profile::AeadAes128Gcm);
    let mut out = Vec::new();
    let header_len = write_rtp(0, &mut out);
    assert_eq!(seal.seal_rtp(1 << 48, header_len, &mut out, 0), Err(SealError));
}

proptest! {
    /// Loss, reordering within the window and duplicates, across any number of rollovers: each packet opens exactly
    /// once and to the index it was sealed with.
    #[test]
    fn indices_survive_loss_and_reordering(
        first in 0u64..=0xFFFF,
        steps in prop::collection::vec((prop_oneof![9 => 1u64..4, 1 => 1000u64..32_000], 0usize..40), 1..400),
        profile in prop::sample::select(PROFILES.to_vec()),
    ) {
        let (seal, open) = contexts(profile);
        let mut index = StreamIndex::default();
        open_rtp(&open, &mut index, &sealed_rtp(&seal, first)).expect("the first");
        for sent in reordered(first, &steps) {
            let sealed = sealed_rtp(&seal, sent);
            let (_, opened, _) = open_rtp(&open, &mut index, &sealed).expect("new and within the window");
            prop_assert_eq!(opened.extended_sequence, sent);
            prop_assert_eq!(open_rtp(&open, &mut index, &sealed).map(|_| ()), Err(OpenError::Replayed));
        }
    }

    #[test]
    fn noise_never_opens(profile in prop::sample::select(PROFILES.to_vec()), mut noise: Vec<u8>, rtp_like: bool) {
        let (_, open) = contexts(profile);
        if let (true, Some(first)) = (rtp_like, noise.first_mut()) {
            *first = 0x80 | *first & 0x1F;
        }
        prop_assert!(open_rtp(&open, &mut StreamIndex::default(), &noise).is_err());
        prop_assert!(open.open_rtcp(&mut ReplayWindow::default(), &mut noise).is_err());
    }
}

/// Indices that rise by the first number of each step and arrive late by up to the second, yet never so late that the
/// replay window has moved on.
fn reordered(first: u64, steps: &[(u64, usize)]) -> Vec<u64> {
    let mut sent: Vec<(u64, u64)> = Vec::new();
    let mut next = first;
    for &(ahead, delay) in steps {
        next += ahead;
        sent.push((next + delay as u64, next));
    }
    sent.sort_by_key(|&(arrival, _)| arrival);
    sent.into_iter().map(|(_, index)| index).collect()
}

fn contexts(profile: Profile) -> (SealContext, OpenContext) {
    let (client, _) = master_keys(profile);
    (SealContext::new(&client), OpenContext::new(&client))
}

fn master_keys(profile: Profile) -> (MasterKey, MasterKey) {
    let material: Vec<u8> = (0..profile.keying_material_len() as u8).map(|byte| byte.wrapping_mul(37)).collect();
    MasterKey::pair_from_dtls(profile, &material).expect("the length is the profile's")
}

/// A stream that has received `index` last.
fn at(index: u64) -> StreamIndex {
    let mut stream = StreamIndex::default();
    stream.window_mut().accept(index);
    stream
}

fn sealed_rtp(seal: &SealContext, extended_sequence: u64) -> Vec<u8> {
    let mut out = Vec::new();
    let header_len = write_rtp(extended_sequence as u16, &mut out);
    seal.seal_rtp(extended_sequence, header_len, &mut out, 0).expect("index in range");
    out
}

fn write_rtp(sequence: u16, out: &mut Vec<u8>) -> usize {
    let header_len = rtp::Outgoing {
        marker: false,
        padding: false,
        payload_type: 111,
        sequence,
        timestamp: 960,
        ssrc: SSRC,
        extensions: &[rtp::Extension { id: 4, value: b"0" }],
    }
    .write(out);
    out.extend_from_slice(PAYLOAD);
    header_len
}

fn open_rtp(
    open: &OpenContext,
    index: &mut StreamIndex,
    sealed: &[u8],
) -> Result<(rtp::Header, Opened, Vec<u8>), OpenError> {
    let header = rtp::Header::parse(sealed).map_err(|_| OpenError::Truncated)?;
    let mut packet = sealed.to_vec();
    let opened = open.open_rtp(index, &header, &mut packet)?;
    Ok((header, opened, packet))
}

/// An empty receiver report and a source description's worth of bytes.
fn sealed_rtcp(seal: &mut SealContext) -> Vec<u8> {
    let mut out = vec![0x80, 201, 0, 1];
    out.extend_from_slice(&SSRC.to_be_bytes());
    out.extend_from_slice(&[0x5A; 16]);
    assert_eq!(rtcp::sender(&out), Some(SSRC));
    seal.seal_rtcp(&mut out, 0).expect("index in range");
    out
}
