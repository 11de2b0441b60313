//! A compound packet in the other leg's terms.

use super::feedback::{self, PAYLOAD_FEEDBACK, TRANSPORT_FEEDBACK};
use super::packets::{
    Malformed, PADDING_BIT, Packet, Packets, RECEIVER_REPORT, REPORT_BLOCK_LEN, SENDER_INFO_END, SENDER_REPORT,
    SSRC_LEN, VERSION, word,
};
use super::source::Source;
use super::transport_wide::Numbered;

/// What the identifiers in one leg's RTCP are on the other leg. What maps to `None` is left out.
pub(crate) struct Translation<'a> {
    /// Stands for the sender's own CNAME, which may hold a user name or an address (RFC 7022 section 1). At most 255
    /// bytes.
    pub(crate) cname: &'a [u8],
    /// A stream of the party that speaks: in sender reports, source descriptions and goodbyes.
    pub(crate) stream: &'a dyn Fn(u32) -> Option<Sender>,
    /// The party that speaks: the sender of reports and feedback, whether or not it sends a stream.
    pub(crate) speaker: &'a dyn Fn(u32) -> Option<u32>,
    /// A stream spoken about: in report blocks and feedback.
    pub(crate) source: &'a dyn Fn(u32) -> Option<Source>,
    /// Whether the stream spoken about got a sender report with this middle of its NTP time from its source.
    pub(crate) is_report_of: &'a dyn Fn(u32, u32) -> bool,
    /// The number of a command about the stream spoken about (RFC 5104 section 4.3.1.1).
    pub(crate) command: &'a dyn Fn(u32, u8) -> u8,
    /// A transport-wide number of the leg that the feedback comes from.
    pub(crate) transport: &'a dyn Fn(u16) -> Option<Numbered>,
    /// Stands for a source that is not known in feedback about the transport as a whole.
    pub(crate) any_source: Option<u32>,
}

/// A sender as the other leg knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sender {
    pub(crate) ssrc: u32,
    /// Added to the RTP time of sender reports. `None` if it is not known: they become receiver reports.
    pub(crate) timestamp_offset: Option<u32>,
    /// Packets of the stream as the other leg gets it, and bytes of their payloads.
    pub(crate) packets: u32,
    pub(crate) octets: u32,
}

/// Appends what is left of `compound` to `out` and returns its length; zero if nothing is left. On an error `out` is as
/// it was.
pub(crate) fn rewrite(compound: &[u8], translation: &Translation<'_>, out: &mut Vec<u8>) -> Result<usize, Malformed> {
    let start = out.len();
    for packet in Packets::new(compound) {
        let packet_start = out.len();
        let written = packet.and_then(|packet| translation.write_packet(packet, out));
        match written {
            Ok(Some(count)) => finish_packet(out, packet_start, count),
            Ok(None) => out.truncate(packet_start),
            Err(malformed) => {
                out.truncate(start);
                return Err(malformed);
            }
        }
    }
    Ok(out.len() - start)
}

impl Translation<'_> {
    /// Returns the count field of the packet written, whose length field is not filled in, or `None` to drop it.
    fn write_packet(&self, packet: Packet<'_>, out: &mut Vec<u8>) -> Result<Option<u8>, Malformed> {
        let start = out.len();
        out.extend_from_slice(&[0, packet.packet_type, 0, 0]);
        match packet.packet_type {
            SENDER_REPORT => {
                let info: &[u8; SENDER_INFO_END] = packet.body.first_chunk().ok_or(Malformed::Truncated)?;
                if let Some((sender, offset)) = self.reporting_stream(word(info, 0)) {
                    return self.write_sender_report(packet, info, (sender, offset), out).map(Some);
                }
                out[start + 1] = RECEIVER_REPORT;
                self.write_receiver_report(packet, SENDER_INFO_END, out)
            }
            RECEIVER_REPORT => self.write_receiver_report(packet, SSRC_LEN, out),
            SOURCE_DESCRIPTION => self.write_source_description(packet, out),
            BYE => self.write_bye(packet, out),
            TRANSPORT_FEEDBACK | PAYLOAD_FEEDBACK => feedback::write(self, packet, out),
            _ => Ok(None),
        }
    }

    /// What a sender report's stream is, and the offset of its time.
    fn reporting_stream(&self, ssrc: u32) -> Option<(Sender, u32)> {
        let stream = (self.stream)(ssrc)?;
        Some((stream, stream.timestamp_offset?))
    }

    /// RFC 3550 section 6.4.1. The counts are not the source's: the stream goes on when the source changes, and not all
    /// that it sends is for the other leg.
    fn write_sender_report(
        &self,
        packet: Packet<'_>,
        info: &[u8; SENDER_INFO_END],
        (sender, timestamp_offset): (Sender, u32),
        out: &mut Vec<u8>,
    ) -> Result<u8, Malformed> {
        out.extend_from_slice(&sender.ssrc.to_be_bytes());
        out.extend_from_slice(&info[SSRC_LEN..RTP_TIME_AT]);
        out.extend_from_slice(&word(info, RTP_TIME_AT).wrapping_add(timestamp_offset).to_be_bytes());
        out.extend_from_slice(&sender.packets.to_be_bytes());
        out.extend_from_slice(&sender.octets.to_be_bytes());
        self.write_report_blocks(packet, SENDER_INFO_END, out)
    }

    /// RFC 3550 section 6.4.2. The packet may be a sender report of a stream that the other leg does not get, of which
    /// the blocks remain, which begin at `blocks_at`.
    fn write_receiver_report(
        &self,
        packet: Packet<'_>,
        blocks_at: usize,
        out: &mut Vec<u8>,
    ) -> Result<Option<u8>, Malformed> {
        let ssrc = packet.body.first_chunk().ok_or(Malformed::Truncated)?;
        let Some(speaker) = (self.speaker)(u32::from_be_bytes(*ssrc)) else { return Ok(None) };
        out.extend_from_slice(&speaker.to_be_bytes());
        self.write_report_blocks(packet, blocks_at, out).map(Some)
    }

    fn write_report_blocks(&self, packet: Packet<'_>, at: usize, out: &mut Vec<u8>) -> Result<u8, Malformed> {
        if packet.body.len() < at + usize::from(packet.count) * REPORT_BLOCK_LEN {
            return Err(Malformed::Truncated);
        }
        let mut count = 0;
        for block in packet.report_blocks() {
            let ssrc = word(block, 0);
            let Some(source) = (self.source)(ssrc) else { continue };
            let is_of_source = |report| (self.is_report_of)(ssrc, report);
            count += u8::from(source.write_block(block, is_of_source, out));
        }
        Ok(count)
    }

    /// RFC 3550 section 6.5. Of the items only CNAME is forwarded, with our text.
    fn write_source_description(&self, packet: Packet<'_>, out: &mut Vec<u8>) -> Result<Option<u8>, Malformed> {
        let mut rest = packet.body;
        let mut count = 0;
        for _ in 0..packet.count {
            let (ssrc, items) = rest.split_first_chunk().ok_or(Malformed::Truncated)?;
            rest = after_items(items)?;
            let Some(sender) = (self.stream)(u32::from_be_bytes(*ssrc)) else { continue };
            out.extend_from_slice(&sender.ssrc.to_be_bytes());
            self.write_cname(out);
            count += 1;
        }
        Ok((count > 0).then_some(count))
    }

    /// RFC 3550 section 6.6, without the reason.
    fn write_bye(&self, packet: Packet<'_>, out: &mut Vec<u8>) -> Result<Option<u8>, Malformed> {
        let (ssrcs, _reason) = packet.body.as_chunks();
        let ssrcs = ssrcs.get(..usize::from(packet.count)).ok_or(Malformed::Truncated)?;
        let mut count = 0;
        for sender in ssrcs.iter().filter_map(|ssrc| (self.stream)(u32::from_be_bytes(*ssrc))) {
            out.extend_from_slice(&sender.ssrc.to_be_bytes());
            count += 1;
        }
        Ok((count > 0).then_some(count))
    }

    fn write_cname(&self, out: &mut Vec<u8>) {
        let item_len = ITEM_HEADER_LEN + self.cname.len();
        out.extend_from_slice(&[CNAME, self.cname.len() as u8]);
        out.extend_from_slice(self.cname);
        // At least one zero ends the items, more fill the word.
        let padding = (item_len + 1).next_multiple_of(4) - item_len;
        out.extend_from_slice(&[0; 4][..padding]);
    }
}

/// Fills in the first byte and the length field of the packet that begins at `start`, and pads it to whole words.
fn finish_packet(out: &mut Vec<u8>, start: usize, count: u8) {
    let len = out.len() - start;
    let padding = len.next_multiple_of(4) - len;
    let mut first = VERSION << 6 | count;
    if padding > 0 {
        out.resize(out.len() + padding - 1, 0);
        out.push(padding as u8);
        first |= PADDING_BIT;
    }
    let words = (len + padding) / 4 - 1;
    out[start] = first;
    out[start + 2..start + 4].copy_from_slice(&(words as u16).to_be_bytes());
}

/// What follows the items of a source description chunk and the zeros that end them at a word's boundary.
fn after_items(chunk: &[u8]) -> Result<&[u8], Malformed> {
    let mut at = 0;
    while *chunk.get(at).ok_or(Malformed::Truncated)? != 0 {
        at += ITEM_HEADER_LEN + usize::from(*chunk.get(at + 1).ok_or(Malformed::Truncated)?);
    }
    chunk.get((at + 1).next_multiple_of(4)..).ok_or(Malformed::Truncated)
}

const SOURCE_DESCRIPTION: u8 = 202;
const BYE: u8 = 203;
const CNAME: u8 = 1;
/// Type and length of a source description item.
const ITEM_HEADER_LEN: usize = 2;
/// RTP time in a sender report, from the body's start.
const RTP_TIME_AT: usize = 12;
