use proptest::prelude::*;

use super::*;

const PLAIN: Outgoing<'_> = Outgoing {
    marker: true,
    padding: false,
    payload_type: 111,
    sequence: 0xFFFE,
    timestamp: 0x0102_0304,
    ssrc: 0xCAFE_BABE,
    extensions: &[],
};

#[test]
fn a_header_is_written_as_rfc_3550_draws_it() {
    let mut out = vec![7];
    assert_eq!(PLAIN.write(&mut out), 12);
    assert_eq!(out, [7, 0x80, 0xEF, 0xFF, 0xFE, 1, 2, 3, 4, 0xCA, 0xFE, 0xBA, 0xBE]);
}

#[test]
fn extensions_are_written_in_the_one_byte_form_where_they_fit() {
    let extensions = [Extension { id: 4, value: b"0" }, Extension { id: 1, value: &[0x8A] }];
    let mut out = Vec::new();
    let len = Outgoing { extensions: &extensions, ..PLAIN }.write(&mut out);
    assert_eq!(out[0], 0x90);
    assert_eq!(out[12..], [0xBE, 0xDE, 0, 1, 0x40, b'0', 0x10, 0x8A]);
    assert_eq!(len, out.len());
}

#[test]
fn extensions_that_do_not_fit_the_one_byte_form_are_written_in_the_other() {
    for (extension, word) in [
        (Extension { id: 15, value: b"a" }, [15, 1, b'a', 0]),
        (Extension { id: 3, value: b"" }, [3, 0, 0, 0]),
        (Extension { id: 3, value: b"seventeen letters" }, [3, 17, b's', b'e']),
    ] {
        let mut out = Vec::new();
        Outgoing { extensions: &[extension], ..PLAIN }.write(&mut out);
        assert_eq!(out[12..14], [0x10, 0x00]);
        assert_eq!(out[16..20], word);
        assert_eq!(out.len() % 4, 0);
    }
}

#[test]
fn elements_are_found_behind_padding_and_contributing_sources() {
    let mut packet = vec![0xB2, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
    packet.extend_from_slice(&[0xAA; 8]);
    packet.extend_from_slice(&[0xBE, 0xDE, 0, 2, 0x10, 0x7F, 0, 0, 0x41, b'm', b'1', 0]);
    packet.extend_from_slice(b"payload");
    let header = Header::parse(&packet).expect("well-formed");
    assert!(header.padding);
    assert_eq!(header.len(), 32);
    assert_eq!(header.extension(&packet, 1), Some(&[0x7F][..]));
    assert_eq!(header.extension(&packet, 4), Some(&b"m1"[..]));
    assert_eq!(header.extension(&packet, 2), None);
}

#[test]
fn elements_end_at_the_first_that_cannot_be_read() {
    for (profile, block) in [
        (ONE_BYTE_PROFILE, [0xF0, 0, 0x10, 0x7F]), // the stop id
        (ONE_BYTE_PROFILE, [0x2F, 1, 0x10, 0x7F]), // longer than the block
        (TWO_BYTE_PROFILE, [2, 9, 1, 0]),          // longer than the block
        (TWO_BYTE_PROFILE, [0, 0, 0, 1]),          // no length
        (0xABCD, [0x10, 0x7F, 0, 0]),              // not RFC 8285
    ] {
        let mut packet = vec![0x90, 111, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3];
        packet.extend_from_slice(&profile.to_be_bytes());
        packet.extend_from_slice(&[0, 1]);
        packet.extend_from_slice(&block);
        let header = Header::parse(&packet).expect("the header itself is well-formed");
        assert_eq!(header.len(), 20);
        assert_eq!(header.extension(&packet, 1), None, "{profile:x} {block:x?}");
    }
}

#[test]
fn what_is_no_rtp_header_is_refused() {
    assert_eq!(Header::parse(&[0x80; 11]), Err(Malformed::Truncated));
    assert_eq!(Header::parse(&[0x40; 12]), Err(Malformed::Version));
    assert_eq!(Header::parse(&[0x81; 12]), Err(Malformed::Truncated)); // a contributing source
    assert_eq!(Header::parse(&[0x90; 12]), Err(Malformed::Truncated)); // an extension block
    let mut long_block = [0; 20];
    long_block[0] = 0x90;
    long_block[12..16].copy_from_slice(&[0xBE, 0xDE, 0, 2]);
    assert_eq!(Header::parse(&long_block), Err(Malformed::Truncated));
}

#[test]
fn an_event_says_how_long_it_lasts_and_whether_it_ends() {
    let mut payload = [5, 0x8A, 0x03, 0xC0, 0xEE];
    assert_eq!(EventTime::read(&payload), Some(EventTime { ends: true, duration: 960 }));
    EventTime::write_duration(&mut payload, 160);
    assert_eq!(payload, [5, 0x8A, 0, 160, 0xEE]);
    assert_eq!(EventTime::read(&[5, 0x0A, 0, 1]), Some(EventTime { ends: false, duration: 1 }));
    let mut short = [5, 0x8A, 1];
    assert_eq!(EventTime::read(&short), None);
    EventTime::write_duration(&mut short, 7);
    assert_eq!(short, [5, 0x8A, 1]);
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        (marker, padding, payload_type) in (any::<bool>(), any::<bool>(), 0u8..128),
        (sequence, timestamp, ssrc) in any::<(u16, u32, u32)>(),
        mid in prop::collection::vec(any::<u8>(), 0..40),
        mid_id in 1u8..15,
        level: Option<u8>,
    ) {
        let level = level.map(|level| [level]);
        let mut extensions = vec![Extension { id: mid_id, value: &mid }];
        extensions.extend(level.as_ref().map(|value| Extension { id: mid_id + 1, value }));
        let outgoing =
            Outgoing { marker, padding, payload_type, sequence, timestamp, ssrc, extensions: &extensions };
        let mut packet = Vec::new();
        let len = outgoing.write(&mut packet);
        packet.extend_from_slice(b"payload");

        let header = Header::parse(&packet).expect("our own header");
        prop_assert_eq!(header.len(), len);
        prop_assert_eq!((header.marker, header.padding, header.payload_type), (marker, padding, payload_type));
        prop_assert_eq!((header.sequence, header.timestamp, header.ssrc), (sequence, timestamp, ssrc));
        prop_assert_eq!(header.extension(&packet, mid_id), Some(&mid[..]));
        prop_assert_eq!(header.extension(&packet, mid_id + 1), level.as_ref().map(|value| &value[..]));
    }

    #[test]
    fn any_bytes_are_read_without_panic(mut bytes: Vec<u8>, profile: Option<bool>, id: u8) {
        if let (Some(two_byte), true) = (profile, bytes.len() > 16) {
            bytes[0] = 0x90;
            bytes[12..15].copy_from_slice(if two_byte { &[0x10, 0x00, 0] } else { &[0xBE, 0xDE, 0] });
            bytes[15] %= 16;
        }
        if let Ok(header) = Header::parse(&bytes) {
            prop_assert!(header.len() <= bytes.len());
            header.extension(&bytes, id);
        }
    }
}
