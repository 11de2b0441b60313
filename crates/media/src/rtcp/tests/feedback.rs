//! Feedback messages as they arrive on the other leg.

use super::super::transport_wide;
use super::*;

#[test]
fn feedback_is_about_the_same_packets() {
    let nack = packet(1, 205, &[MINE, HEARD, 0x0002_8001, 0x1000_0000]);
    assert_eq!(rewritten(&nack), Ok(packet(1, 205, &[MINE_THERE, HEARD_THERE, 0x0000_8001, 0x0FFE_0000])));

    let of_transport = packet(15, 205, &[MINE, HEARD, 0x0102_0304, 0x0506_0708]);
    let there = packet(15, 205, &[MINE_THERE, HEARD_THERE, 0x1102_0304, 0x0506_0708]);
    assert_eq!(rewritten(&of_transport), Ok(there));

    let picture_loss = packet(1, 206, &[MINE, HEARD]);
    assert_eq!(rewritten(&picture_loss), Ok(packet(1, 206, &[MINE_THERE, HEARD_THERE])));

    let full_intra = packet(4, 206, &[MINE, 0, STRANGER, 0x0100_0000, HEARD, 0x0200_0000]);
    assert_eq!(rewritten(&full_intra), Ok(packet(4, 206, &[MINE_THERE, 0, HEARD_THERE, 0x0900_0000])));

    let estimate = packet(15, 206, &[MINE, 0, REMB, 0x0208_4321, STRANGER, HEARD]);
    assert_eq!(rewritten(&estimate), Ok(packet(15, 206, &[MINE_THERE, 0, REMB, 0x0108_4321, HEARD_THERE])));
}

#[test]
fn requests_for_key_frames_are_found_and_written() {
    let mut compound = packet(1, 206, &[MINE, HEARD]);
    compound.extend(packet(4, 206, &[MINE, 0, STRANGER, 0x0100_0000, HEARD, 0x0200_0000]));
    compound.extend(packet(1, 205, &[MINE, MINE, 0x0001_8001]));
    assert_eq!(requested_pictures(&compound).collect::<Vec<_>>(), [HEARD, STRANGER, HEARD]);
    let mut out = vec![7];
    assert_eq!(write_picture_loss(MINE, HEARD, &mut out), 20);
    assert_eq!(out[1..], [packet(0, 201, &[MINE]), packet(1, 206, &[MINE, HEARD])].concat());
    assert_eq!(requested_pictures(&packet(1, 206, &[MINE])).count(), 0, "cut short");
}

#[test]
fn transport_wide_feedback_may_end_at_any_byte_and_name_any_stream() {
    for (count, rest) in [(1, &[0x2001_0501][..]), (1, &[0x0001_0002]), (3, &[0x2003_0505, 0x0500_0003])] {
        let mut feedback = packet(15, 205, &[&[MINE, HEARD, 0x0102_0000 | count, 0x0506_0708], rest].concat());
        feedback[0] |= 0x20;
        let words = [&[MINE_THERE, HEARD_THERE, 0x1102_0000 | count, 0x0506_0708], rest].concat();
        let mut there = packet(15, 205, &words);
        there[0] |= 0x20;
        assert_eq!(rewritten(&feedback), Ok(there));
    }
    let of_another = packet(15, 205, &[MINE, STRANGER, 0x0102_0304, 0]);
    let translation = Translation { any_source: Some(HEARD_THERE), ..translation() };
    let mut out = Vec::new();
    rewrite(&of_another, &translation, &mut out).expect("well-formed");
    assert_eq!(out, packet(15, 205, &[MINE_THERE, HEARD_THERE, 0x1102_0304, 0]));
}

#[test]
fn what_was_lost_of_another_source_is_not_asked_of_this_one() {
    for (floor, entry, there) in [
        (100, 0x0063_0001, Some(0x0062_0000)),
        (100, 0x0063_8003, Some(0x0062_4001)),
        (100, 0x0064_0001, Some(0x0062_0001)),
        (100, 0x0063_0000, None),
        (100, 0x0050_0001, None),
        (100, 0x0054_8000, Some(0x0062_0000)),
        (0xFFFF_FFF0, 0xFFEF_0001, Some(0xFFEE_0000)),
    ] {
        let source = Source { floor, ..SOURCE };
        let translation = Translation { source: &|_| Some(source), ..translation() };
        let mut out = Vec::new();
        rewrite(&packet(1, 205, &[MINE, HEARD, entry]), &translation, &mut out).expect("well-formed");
        let expected = there.map(|entry| packet(1, 205, &[MINE_THERE, HEARD_THERE, entry])).unwrap_or_default();
        assert_eq!(out, expected, "{entry:x} with {floor}");
    }
}

#[test]
fn what_the_relay_kept_arrived_with_the_packet_before_it() {
    let kept = [10, 12, 13, 17, 30];
    let numbered = |number| Some(Numbered { number, kept: kept.contains(&number) });
    let rewritten = |information: &[u8]| {
        let mut out = Vec::new();
        assert!(transport_wide::write(information, numbered, &mut out));
        out
    };
    // 10 to 13 missing, 14 after 5 units, 15 after 6 large ones, 16 missing, 17 missing, 18 after 7.
    let chunks = [0b11_00_00_00_00_01_10_00, 0b10_01_00_00_00_00_00_00];
    let filled = [0b11_01_00_01_01_01_10_00, 0b11_01_01_00_00_00_00_00];
    let expected = on_packets(9, &filled, &[5, 0, 0, 0, 0, 6, 0, 7]);
    assert_eq!(rewritten(&on_packets(9, &chunks, &[5, 0, 6, 7])), expected);
    // The same in runs.
    let runs = [4, 0x2000 | 1, 0x4000 | 1, 2, 0x2000 | 1];
    assert_eq!(rewritten(&on_packets(9, &runs, &[5, 0, 6, 7])), expected);
    // The first one was received: what was kept follows it at once.
    let received = on_packets(3, &[0b11_10_00_00_00_00_00_00], &[9, 9]);
    assert_eq!(rewritten(&received), on_packets(3, &[0b11_10_00_01_00_00_00_00], &[9, 9, 0]));
    let nothing_received = on_packets(3, &[3], &[]);
    assert_eq!(rewritten(&nothing_received), on_packets(3, &[0b11 << 14], &[]), "there is no time to give it");
    for malformed in [
        on_packets(4, &[0b11_11_00_00_01_00_00_00], &[1]),
        on_packets(4, &[0x2000 | 4], &[1, 2]),
        on_packets(40, &[0, 0, 0], &[]),
        on_packets(0xFFFF, &[0x2000 | 0x1FFF], &[]),
    ] {
        assert_eq!(rewritten(&malformed), malformed, "it is left to the sender");
    }
    assert!(!transport_wide::write(&on_packets(1, &[0x2001], &[1]), |_| None, &mut Vec::new()));
    assert!(!transport_wide::write(&[0; 7], numbered, &mut Vec::new()));
}

/// Feedback on `count` packets from number 10 on.
fn on_packets(count: u16, chunks: &[u16], deltas: &[u8]) -> Vec<u8> {
    let mut body = [&10u16.to_be_bytes()[..], &count.to_be_bytes(), &[1, 2, 3, 4]].concat();
    body.extend(chunks.iter().flat_map(|chunk| chunk.to_be_bytes()));
    body.extend_from_slice(deltas);
    body
}
