//! A handshake on a path that carries small datagrams only.
//!
//! Nobody tells a UDP peer that its datagrams are too long for the path. So when nobody has answered a flight for a while,
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
const HAS_LENGTH: u8 = 0x04;
const LONG_SEQUENCE: u8 = 0x08;
