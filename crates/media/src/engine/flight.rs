//! What the engine must know of the datagrams of a handshake.
//!
//! Some paths carry small ones only. Nobody tells a UDP peer that its datagrams are too long for the path. So when nobody has answered a flight for a while,
//! what goes out is cut into smaller datagrams (RFC 9147 section 4.4, RFC 6347 section 4.1.1.1). Records need not be cut:
//! none of ours is longer than the shortest datagram that every IPv4 host takes.

/// Cuts a datagram between its records, into datagrams of [`DATAGRAM_LEN_MIN`] at most where the records allow it.
pub(super) fn cut(datagram: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        let mut len = record_len(rest).filter(|len| *len > 0)?;
        while let Some(next) = record_len(&rest[len..]).filter(|next| *next > 0 && len + next <= DATAGRAM_LEN_MIN) {
            len += next;
        }
        let (first, others) = rest.split_at(len);
        rest = others;
        Some(first)
    })
}

/// Whether this is a whole ClientHello of a peer that cannot speak DTLS 1.3. One that can says so in an extension, by the
/// version's number (RFC 9147 section 5.3). It may stand there by chance, in the random part: then the answer is no, too.
pub(super) fn is_hello_before_1_3(datagram: &[u8]) -> bool {
    // RFC 6347 section 4.2.2: type, length, sequence number, and which part of the message this is.
    let Some((header, _)) = datagram.get(RECORD_HEADER_LEN..).and_then(|record| record.split_at_checked(12)) else {
        return false;
    };
    let is_hello = datagram[0] == HANDSHAKE && header[0] == CLIENT_HELLO;
    let is_whole = header[6..9] == [0; 3] && header[9..12] == header[1..4];
    is_hello && is_whole && !datagram.windows(2).any(|bytes| bytes == DTLS_1_3)
}

/// Of the record that begins here, with its header; `None` if nothing does. What is no whole record is taken together.
fn record_len(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.first()?;
    let length_at = match first {
        // RFC 9147 section 4: 001CSLEE. There are no connection ids, and without L the record is the last.
        0x20..=0x3F if first & HAS_LENGTH == 0 => return Some(bytes.len()),
        0x20..=0x3F if first & LONG_SEQUENCE == 0 => 2,
        0x20..=0x3F => 3,
        // RFC 6347 section 4.1: type, version, epoch and sequence number.
        _ => 11,
    };
    let length = bytes.get(length_at..).and_then(|rest| rest.first_chunk());
    let end = length.map(|length| length_at + 2 + usize::from(u16::from_be_bytes(*length)));
    Some(end.filter(|end| *end <= bytes.len()).unwrap_or(bytes.len()))
}

/// 576 bytes (RFC 791 section 3.1) without the longest IP header and that of UDP.
const DATAGRAM_LEN_MIN: usize = 576 - 60 - 8;
const RECORD_HEADER_LEN: usize = 13;
const HANDSHAKE: u8 = 22;
const CLIENT_HELLO: u8 = 1;
const DTLS_1_3: [u8; 2] = [0xFE, 0xFC];
const HAS_LENGTH: u8 = 0x04;
const LONG_SEQUENCE: u8 = 0x08;

#[cfg(test)]
mod tests {
    use super::*;

    /// A record with a ClientHello of which it has a part, and nothing else that is read.
    fn hello(length: u8, offset: u8, part: &[u8]) -> Vec<u8> {
        let mut datagram = vec![HANDSHAKE, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12 + part.len() as u8];
        datagram.extend([CLIENT_HELLO, 0, 0, length, 0, 0, 0, 0, offset, 0, 0, part.len() as u8]);
        datagram.extend(part);
        datagram
    }

    #[test]
    fn only_a_whole_hello_says_that_a_peer_does_not_speak_1_3() {
        assert!(is_hello_before_1_3(&hello(4, 0, &[0xFE, 0xFD, 1, 2])));
        assert!(!is_hello_before_1_3(&hello(4, 0, &[0xFE, 0xFD, 0xFE, 0xFC])), "it does speak it");
        assert!(!is_hello_before_1_3(&hello(8, 0, &[0xFE, 0xFD, 1, 2])), "the rest may say so");
        assert!(!is_hello_before_1_3(&hello(8, 4, &[1, 2, 3, 4])), "the beginning may say so");
        let whole = hello(4, 0, &[0xFE, 0xFD, 1, 2]);
        assert!((0..RECORD_HEADER_LEN + 12).all(|len| !is_hello_before_1_3(&whole[..len])), "cut short");
    }
}
