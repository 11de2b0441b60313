//! The packets of a compound packet, read in place.

use super::{HEADER_LEN, source};

/// Bytes that are no compound RTCP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("RTCP packet shorter than its fields say")]
    Truncated,
    #[error("not RTCP version 2")]
    Version,
    #[error("RTCP padding of an impossible length")]
    Padding,
}

/// One packet of a compound packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Packet<'a> {
    pub(super) packet_type: u8,
    /// Report count, source count or feedback message type.
    pub(super) count: u8,
    /// What follows the first four bytes, without padding.
    pub(super) body: &'a [u8],
}

/// Reads a compound packet, or a reduced-size one (RFC 5506), and ends after the first malformed packet.
pub(super) struct Packets<'a> {
    rest: &'a [u8],
}

/// Whether a datagram of a leg is RTCP rather than RTP (RFC 5761 section 4).
pub(crate) fn is_rtcp(datagram: &[u8]) -> bool {
    matches!(datagram.get(1), Some(192..=223))
}

/// The SSRC of a packet's sender, readable before SRTCP is opened.
pub(crate) fn sender(packet: &[u8]) -> Option<u32> {
    packet.first_chunk().map(header_sender)
}

/// The sender's SSRC in an RTCP header.
pub(crate) fn header_sender(header: &[u8; HEADER_LEN]) -> u32 {
    u32::from_be_bytes([header[4], header[5], header[6], header[7]])
}

/// What the sender of a compound packet reports about a stream that it receives (RFC 3550 section 6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReportBlock {
    pub(crate) ssrc: u32,
    /// Since the beginning; below zero if duplicates came.
    pub(crate) lost: i32,
    /// Extended by the count of rollovers.
    pub(crate) highest_sequence: u32,
    /// In ticks of the stream's clock.
    pub(crate) jitter: u32,
    /// The middle of the NTP time of the last sender report that came; zero: none did.
    pub(crate) last_report: u32,
    /// Since that came, in 65536ths of a second.
    pub(crate) delay: u32,
}

/// The report blocks of a compound packet.
pub(crate) fn report_blocks(compound: &[u8]) -> impl Iterator<Item = ReportBlock> {
    let blocks = Packets::new(compound).map_while(Result::ok).flat_map(Packet::report_blocks);
    blocks.map(|block| ReportBlock {
        ssrc: word(block, 0),
        lost: source::lost(block),
        highest_sequence: word(block, 8),
        jitter: word(block, 12),
        last_report: word(block, 16),
        delay: word(block, 20),
    })
}

/// The streams that the report blocks of a compound packet are about: those that its sender receives.
pub(crate) fn reported_sources(compound: &[u8]) -> impl Iterator<Item = u32> {
    report_blocks(compound).map(|block| block.ssrc)
}

/// The stream of each sender report in a compound packet and the middle of its NTP time, as reports about the stream
/// will name it.
pub(crate) fn sender_reports(compound: &[u8]) -> impl Iterator<Item = (u32, u32)> {
    let reports = Packets::new(compound).map_while(Result::ok).filter(|packet| packet.packet_type == SENDER_REPORT);
    let whole = reports.filter(|report| report.body.len() >= SENDER_INFO_END);
    whole.map(|report| (word(report.body, 0), word(report.body, NTP_MIDDLE_AT)))
}

impl<'a> Packets<'a> {
    pub(super) fn new(compound: &'a [u8]) -> Self {
        Self { rest: compound }
    }

    fn read(&mut self) -> Result<Packet<'a>, Malformed> {
        let [first, packet_type, len @ ..] = *self.rest.first_chunk::<4>().ok_or(Malformed::Truncated)?;
        if first >> 6 != VERSION {
            return Err(Malformed::Version);
        }
        let words = usize::from(u16::from_be_bytes(len));
        let (body, rest) = self.rest[4..].split_at_checked(4 * words).ok_or(Malformed::Truncated)?;
        let body = if first & PADDING_BIT == 0 { body } else { without_padding(body)? };
        self.rest = rest;
        Ok(Packet { packet_type, count: first & COUNT_BITS, body })
    }
}

impl<'a> Iterator for Packets<'a> {
    type Item = Result<Packet<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let packet = self.read();
        if packet.is_err() {
            self.rest = &[];
        }
        Some(packet)
    }
}

impl<'a> Packet<'a> {
    /// The report blocks of a sender or receiver report; none in other packets or if the packet is too short.
    pub(super) fn report_blocks(self) -> impl Iterator<Item = &'a [u8; REPORT_BLOCK_LEN]> {
        let blocks_at = match self.packet_type {
            SENDER_REPORT => Some(SENDER_INFO_END),
            RECEIVER_REPORT => Some(SSRC_LEN),
            _ => None,
        };
        let blocks = blocks_at.and_then(|at| self.body.get(at..)).unwrap_or_default();
        blocks.as_chunks().0.iter().take(usize::from(self.count))
    }
}

/// The 32-bit word at byte `at`. Panics beyond the end.
pub(super) fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The last byte counts the padding, itself included. RFC 3550 section 6.4.1 wants whole words, but transport-wide
/// feedback, whose fields end at any byte, is padded by one to three bytes in practice.
fn without_padding(body: &[u8]) -> Result<&[u8], Malformed> {
    let padding = usize::from(*body.last().ok_or(Malformed::Padding)?);
    if padding == 0 {
        return Err(Malformed::Padding);
    }
    let end = body.len().checked_sub(padding).ok_or(Malformed::Padding)?;
    Ok(&body[..end])
}

pub(super) const VERSION: u8 = 2;
pub(super) const PADDING_BIT: u8 = 0x20;
pub(super) const COUNT_BITS: u8 = 0x1F;
pub(super) const SSRC_LEN: usize = 4;
pub(super) const REPORT_BLOCK_LEN: usize = 24;
/// SSRC, NTP time, RTP time, packet count and octet count of a sender report, from the body's start.
pub(super) const SENDER_INFO_END: usize = 24;
/// Of a sender report's body: the lower half of the seconds and the upper half of the fraction of its NTP time.
const NTP_MIDDLE_AT: usize = 6;
pub(super) const SENDER_REPORT: u8 = 200;
pub(super) const RECEIVER_REPORT: u8 = 201;
