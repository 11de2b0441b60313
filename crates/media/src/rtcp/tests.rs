//! What arrives on the other leg, packet by packet, and that no bytes can do harm.

mod feedback;

use proptest::prelude::*;

use super::packets::Malformed;
use super::*;

/// The peer's own stream, as the peer and as the other leg call it.
const MINE: u32 = 0x1111_1111;
const MINE_THERE: u32 = 0xA1A1_A1A1;
/// The stream that the peer hears, likewise.
const HEARD: u32 = 0x2222_2222;
const HEARD_THERE: u32 = 0xB2B2_B2B2;
const STRANGER: u32 = 0x9999_9999;
/// Another SSRC of the peer, under which it sends nothing that the other leg gets.
const WITHOUT_STREAM: u32 = 0x3333_3333;
const TIMESTAMP_OFFSET: u32 = 0xFFFF_FF00;
const SEQUENCE_OFFSET: u32 = 0xFFFF_FFFE;

#[test]
fn a_sender_report_changes_its_ssrcs_time_and_sequence() {
    let report = packet(
        2,
        200,
        &[&[MINE, 0xE000_0001, 2, 0x0000_0200, 50, 6000], &block(STRANGER)[..], &block(HEARD)[..]].concat(),
    );
    let block_there = block_there();
    let there = packet(1, 200, &[&[MINE_THERE, 0xE000_0001, 2, 0x0000_0100, 40, 5000], &block_there[..]].concat());
    assert_eq!(rewritten(&report), Ok(there));
    assert_eq!(reported_sources(&report).collect::<Vec<_>>(), [STRANGER, HEARD]);
    assert_eq!(sender_reports(&report).collect::<Vec<_>>(), [(MINE, 0x0001_0000)]);
}

#[test]
fn what_a_party_reports_is_read() {
    let duplicates_came = [HEARD, 0x80FF_FFFE, 0x0001_0005, 960, 0x4321_8765, 65_536];
    let mut compound =
        packet(1, 200, &[&[MINE, 0xE000_4321, 0x8765_0000, 0x200, 50, 6000], &duplicates_came[..]].concat());
    compound.extend(packet(0, 200, &[MINE, 1, 2]));
    let block = ReportBlock {
        ssrc: HEARD,
        lost: -2,
        highest_sequence: 0x0001_0005,
        jitter: 960,
        last_report: 0x4321_8765,
        delay: 65_536,
    };
    assert_eq!(report_blocks(&compound).collect::<Vec<_>>(), [block]);
    assert_eq!(sender_reports(&compound).collect::<Vec<_>>(), [(MINE, 0x4321_8765)], "the second is cut short");
}

#[test]
fn of_a_sender_report_of_a_stream_that_is_not_forwarded_the_blocks_remain() {
    let report =
        packet(1, 200, &[&[WITHOUT_STREAM, 0xE000_0001, 2, 0x0000_0200, 50, 6000], &block(HEARD)[..]].concat());
    let block_there = block_there();
    assert_eq!(rewritten(&report), Ok(packet(1, 201, &[&[MINE_THERE], &block_there[..]].concat())));
    let goodbye = packet(1, 203, &[WITHOUT_STREAM]);
    assert_eq!(rewritten(&goodbye), Ok(vec![]));
}

#[test]
fn a_receiver_report_about_nothing_known_stays_as_an_empty_one() {
    let report = packet(1, 201, &[&[MINE], &block(STRANGER)[..]].concat());
    assert_eq!(rewritten(&report), Ok(packet(0, 201, &[MINE_THERE])));
}

#[test]
fn profile_specific_extensions_of_reports_are_left_out() {
    let report = packet(0, 201, &[MINE, 0xDEAD_BEEF, 0xDEAD_BEEF]);
    assert_eq!(rewritten(&report), Ok(packet(0, 201, &[MINE_THERE])));
    assert_eq!(reported_sources(&report).count(), 0);
}

#[test]
fn a_source_description_carries_our_name_and_nothing_else() {
    let mut description = vec![0x82, 202, 0, 8];
    description.extend_from_slice(&STRANGER.to_be_bytes());
    description.extend_from_slice(b"\x01\x01x\x00");
    description.extend_from_slice(&MINE.to_be_bytes());
    description.extend_from_slice(b"\x01\x0Eann@192.0.2.77\x02\x01A\x00");
    assert_eq!(description.len(), 36);

    let mut there = vec![0x81, 202, 0, 3];
    there.extend_from_slice(&MINE_THERE.to_be_bytes());
    there.extend_from_slice(b"\x01\x04name\x00\x00");
    assert_eq!(rewritten(&description), Ok(there));
}

#[test]
fn names_of_every_length_fill_whole_words() {
    let description = packet(1, 202, &[MINE, 0]);
    for len in 0..8 {
        let name = vec![b'n'; len];
        let mut out = vec![0xEE; 3];
        let written = rewrite(&description, &Translation { cname: &name, ..translation() }, &mut out);
        assert_eq!(written, Ok(out.len() - 3));
        let words = usize::from(u16::from_be_bytes([out[5], out[6]]));
        assert_eq!(out.len() - 3, 4 * (words + 1));
        assert!(out[13 + len..].iter().all(|&byte| byte == 0) && out.len() > 13 + len);
    }
}

#[test]
fn a_goodbye_names_only_known_streams_and_no_reason() {
    let goodbye = packet(2, 203, &[STRANGER, MINE, 0x0362_7965]);
    assert_eq!(rewritten(&goodbye), Ok(packet(1, 203, &[MINE_THERE])));
}

#[test]
fn what_concerns_nobody_there_is_left_out() {
    for nothing_left in [
        packet(0, 200, &[STRANGER, 1, 2, 3, 4, 5]),
        packet(0, 201, &[STRANGER]),
        packet(1, 202, &[STRANGER, 0]),
        packet(1, 203, &[STRANGER]),
        packet(0, 204, &[MINE, 0x6162_6364]),
        packet(0, 207, &[MINE, 0x0400_0002, 1, 2]),
        packet(1, 205, &[MINE, STRANGER, 0x0001_0000]),
        packet(1, 205, &[STRANGER, HEARD, 0x0001_0000]),
        packet(3, 205, &[MINE, 0, HEARD, 5]),
        packet(15, 205, &[MINE, STRANGER, 1, 2]),
        packet(1, 206, &[MINE, STRANGER]),
        packet(2, 206, &[MINE, HEARD, 1]),
        packet(4, 206, &[MINE, 0, STRANGER, 0]),
        packet(15, 206, &[MINE, 0, REMB, 0x0108_4321, STRANGER]),
        packet(15, 206, &[MINE, 0, 0x6162_6364, 1, HEARD]),
        packet(15, 206, &[MINE, 0]),
    ] {
        assert_eq!(rewritten(&nothing_left), Ok(vec![]), "{nothing_left:x?}");
        let report = packet(0, 201, &[MINE]);
        let around = [&report[..], &nothing_left, &report].concat();
        assert_eq!(rewritten(&around), Ok(packet(0, 201, &[MINE_THERE]).repeat(2)));
    }
}

#[test]
fn padding_is_left_out() {
    let mut padded = packet(0, 201, &[MINE, 0, 0x0000_0008]);
    padded[0] |= 0x20;
    assert_eq!(rewritten(&padded), Ok(packet(0, 201, &[MINE_THERE])));
    for impossible in [0, 16] {
        *padded.last_mut().expect("not empty") = impossible;
        assert_eq!(rewritten(&padded), Err(Malformed::Padding));
    }
}

#[test]
fn a_report_is_about_its_source_alone() {
    let reported = |source: Source, block: [u32; 6]| {
        let translation = Translation { source: &|_| Some(source), ..translation() };
        let mut out = Vec::new();
        rewrite(&packet(1, 201, &[&[MINE], &block[..]].concat()), &translation, &mut out).expect("well-formed");
        out
    };
    let of = |count, block: &[u32]| packet(count, 201, &[&[MINE_THERE], block].concat());
    assert_eq!(reported(SOURCE, block(HEARD)), of(1, &block_there()));
    assert_eq!(reported(Source { began: 6, ..SOURCE }, block(HEARD)), of(0, &[]), "it has heard nothing of it");
    let [ssrc, lost, highest, jitter, ..] = block_there();
    let mut another_report = block(HEARD);
    another_report[4] = 7;
    assert_eq!(reported(SOURCE, another_report), of(1, &[ssrc, lost, highest, jitter, 0, 0]));
    let mut negative = block(HEARD);
    negative[1] = 0x10FF_FFFE;
    assert_eq!(reported(SOURCE, negative), of(1, &[ssrc, 0x10FF_FFFD, highest, jitter, 8, 9]));
    let least = Source { lost_before: i32::from(u16::MAX) << 9, ..SOURCE };
    assert_eq!(reported(least, block(HEARD)), of(1, &[ssrc, 0x1080_0000, highest, jitter, 8, 9]));
}

#[test]
fn a_malformed_packet_takes_its_compound_with_it() {
    let report = packet(0, 201, &[MINE]);
    for (malformed, error) in [
        (vec![0x80], Malformed::Truncated),
        (vec![0x40, 201, 0, 0], Malformed::Version),
        (vec![0x80, 201, 0, 1], Malformed::Truncated),
        (packet(0, 201, &[]), Malformed::Truncated),
        (packet(0, 200, &[MINE, 1, 2, 3, 4]), Malformed::Truncated),
        (packet(1, 201, &[MINE, HEARD]), Malformed::Truncated),
        (packet(2, 203, &[MINE]), Malformed::Truncated),
        (packet(1, 205, &[MINE]), Malformed::Truncated),
        (packet(1, 202, &[]), Malformed::Truncated),
        (packet(1, 202, &[MINE, 0x01FF_6162]), Malformed::Truncated),
        (packet(1, 202, &[MINE, 0x0102_6162]), Malformed::Truncated),
    ] {
        let mut out = b"earlier".to_vec();
        let compound = [&report[..], &malformed].concat();
        assert_eq!(rewrite(&compound, &translation(), &mut out), Err(error), "{malformed:x?}");
        assert_eq!(out, b"earlier");
    }
}

#[test]
fn rtcp_is_told_from_rtp_by_its_type() {
    assert!([192, 200, 223].iter().all(|&packet_type| is_rtcp(&[0x80, packet_type])));
    assert!([191, 224, 111, 0xEF].iter().all(|&packet_type| !is_rtcp(&[0x80, packet_type])));
    assert!(!is_rtcp(&[0x80]));
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
        check(&bytes)?;
    }

    #[test]
    fn mutated_packets_are_read_without_panic(
        mut compound in prop::collection::vec(any_packet(), 1..5).prop_map(|packets| packets.concat()),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        for (index, byte) in mutations {
            let at = index.index(compound.len());
            compound[at] = byte;
        }
        check(&compound)?;
    }
}

/// What comes out is well-formed, and going out twice it is the same as going out once.
fn check(compound: &[u8]) -> Result<(), TestCaseError> {
    reported_sources(compound).for_each(drop);
    if let Ok(once) = rewritten(compound) {
        let identity = Translation {
            stream: &|ssrc| Some(Sender { ssrc, timestamp_offset: Some(0), ..SENDER }),
            speaker: &Some,
            any_source: None,
            source: &|ssrc| {
                Some(Source {
                    ssrc,
                    sequence_offset: 0,
                    lost_before: 0,
                    began: 0xFFFF_9000,
                    floor: 0xFFFF_9000,
                    ..SOURCE
                })
            },
            is_report_of: &|_, _| true,
            command: &|_, number| number,
            transport: &|number| Some(Numbered { number, kept: false }),
            ..translation()
        };
        let mut twice = Vec::new();
        prop_assert_eq!(rewrite(&once, &identity, &mut twice), Ok(once.len()));
        prop_assert_eq!(once, twice);
    }
    Ok(())
}

/// A packet of a type that we rewrite, with SSRCs that mean something, of any count and length.
fn any_packet() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![Just(MINE), Just(HEARD), Just(REMB), Just(0x0102_6162), any::<u32>()];
    (0u8..32, 199u8..208, prop::collection::vec(word, 0..20))
        .prop_map(|(count, packet_type, words)| packet(count, packet_type, &words))
}

fn rewritten(compound: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut out = Vec::new();
    rewrite(compound, &translation(), &mut out).map(|len| {
        assert_eq!(len, out.len());
        out
    })
}

fn translation() -> Translation<'static> {
    Translation {
        cname: b"name",
        stream: &|ssrc| (ssrc == MINE).then_some(SENDER),
        speaker: &|ssrc| (ssrc == MINE || ssrc == WITHOUT_STREAM).then_some(MINE_THERE),
        any_source: None,
        source: &|ssrc| (ssrc == HEARD).then_some(SOURCE),
        is_report_of: &|ssrc, report| ssrc == HEARD && report == 8,
        command: &|_, number| number + 7,
        transport: &|number| Some(Numbered { number: number.wrapping_add(0x1000), kept: false }),
    }
}

/// SSRC, loss, highest sequence, jitter, last report, delay since.
fn block(ssrc: u32) -> [u32; 6] {
    [ssrc, 0x1000_0002, 0x0001_0005, 7, 8, 9]
}

fn packet(count: u8, packet_type: u8, words: &[u32]) -> Vec<u8> {
    let mut packet = vec![0x80 | count, packet_type];
    packet.extend_from_slice(&(words.len() as u16).to_be_bytes());
    packet.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    packet
}

/// The block about [`HEARD`] as its sender gets it.
fn block_there() -> [u32; 6] {
    [HEARD_THERE, 0x1000_0001, 0x0000_0003, 7, 8, 9]
}

const SENDER: Sender = Sender { ssrc: MINE_THERE, timestamp_offset: Some(TIMESTAMP_OFFSET), packets: 40, octets: 5000 };
/// Its receiver counts one rollover more than we do.
const SOURCE: Source =
    Source { ssrc: HEARD_THERE, sequence_offset: SEQUENCE_OFFSET, began: 0, floor: 0, next: 0x9000, lost_before: 1 };
const REMB: u32 = u32::from_be_bytes(*b"REMB");
