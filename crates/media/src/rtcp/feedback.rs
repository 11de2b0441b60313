//! Feedback messages (RFC 4585 section 6.1): sender, media source, and information whose form depends on the kind.

use super::packets::{Malformed, Packet, Packets, RECEIVER_REPORT, VERSION, word};
use super::rewrite::Translation;
use super::transport_wide;

/// Appends a feedback packet's body to `out`; returns its format, or `None` to drop the packet.
pub(super) fn write(
    translation: &Translation<'_>,
    packet: Packet<'_>,
    out: &mut Vec<u8>,
) -> Result<Option<u8>, Malformed> {
    let (ssrcs, information) = packet.body.split_first_chunk::<8>().ok_or(Malformed::Truncated)?;
    let Some(speaker) = (translation.speaker)(word(ssrcs, 0)) else { return Ok(None) };
    out.extend_from_slice(&speaker.to_be_bytes());
    let media = word(ssrcs, 4);
    let kept = match (packet.packet_type, packet.count) {
        (TRANSPORT_FEEDBACK, NACK) => write_nack(translation, media, information, out),
        (TRANSPORT_FEEDBACK, TRANSPORT_WIDE) => write_transport_wide(translation, media, information, out),
        (PAYLOAD_FEEDBACK, PLI) => write_picture_request(translation, media, out),
        (PAYLOAD_FEEDBACK, FIR) => write_fir(translation, information, out),
        (PAYLOAD_FEEDBACK, APPLICATION) => write_remb(translation, information, out),
        _ => false,
    };
    Ok(kept.then_some(packet.count))
}

/// The streams whose sender is asked for a key frame in a compound packet.
pub(crate) fn requested_pictures(compound: &[u8]) -> impl Iterator<Item = u32> {
    Packets::new(compound).map_while(Result::ok).flat_map(|packet| {
        let (one, listed) = match (packet.packet_type, packet.count) {
            (PAYLOAD_FEEDBACK, PLI) => (packet.body.get(4..8), None),
            (PAYLOAD_FEEDBACK, FIR) => (None, packet.body.get(8..)),
            _ => (None, None),
        };
        let listed = listed.unwrap_or_default().as_chunks::<8>().0.iter().map(|entry| word(entry, 0));
        one.map(|media| word(media, 0)).into_iter().chain(listed)
    })
}

/// Appends a request for a key frame of the stream `media` (RFC 4585 section 6.3.1), behind an empty report as every
/// compound packet begins. Returns the length.
pub(crate) fn write_picture_loss(speaker: u32, media: u32, out: &mut Vec<u8>) -> usize {
    let start = out.len();
    out.extend_from_slice(&[VERSION << 6, RECEIVER_REPORT, 0, 1]);
    out.extend_from_slice(&speaker.to_be_bytes());
    out.extend_from_slice(&[VERSION << 6 | PLI, PAYLOAD_FEEDBACK, 0, 2]);
    out.extend_from_slice(&speaker.to_be_bytes());
    out.extend_from_slice(&media.to_be_bytes());
    out.len() - start
}

fn write_picture_request(translation: &Translation<'_>, media: u32, out: &mut Vec<u8>) -> bool {
    let Some(source) = (translation.source)(media) else { return false };
    out.extend_from_slice(&source.ssrc.to_be_bytes());
    true
}

/// Its numbers are those of the transport, so it may name any stream.
fn write_transport_wide(translation: &Translation<'_>, media: u32, information: &[u8], out: &mut Vec<u8>) -> bool {
    let known = (translation.source)(media).map(|source| source.ssrc);
    let Some(ssrc) = known.or(translation.any_source) else { return false };
    out.extend_from_slice(&ssrc.to_be_bytes());
    transport_wide::write(information, translation.transport, out)
}

fn write_nack(translation: &Translation<'_>, media: u32, information: &[u8], out: &mut Vec<u8>) -> bool {
    let Some(source) = (translation.source)(media) else { return false };
    out.extend_from_slice(&source.ssrc.to_be_bytes());
    let entries_at = out.len();
    for entry in information.as_chunks::<4>().0 {
        source.write_missing(entry, out);
    }
    out.len() > entries_at
}

/// Entries of SSRC, command number and three reserved bytes; the media source is unused (RFC 5104 section 4.3.1).
fn write_fir(translation: &Translation<'_>, information: &[u8], out: &mut Vec<u8>) -> bool {
    out.extend_from_slice(&[0; 4]);
    let entries_at = out.len();
    for entry in information.as_chunks::<8>().0 {
        let ssrc = word(entry, 0);
        if let Some(source) = (translation.source)(ssrc) {
            out.extend_from_slice(&source.ssrc.to_be_bytes());
            out.push((translation.command)(ssrc, entry[4]));
            out.extend_from_slice(&entry[5..]);
        }
    }
    out.len() > entries_at
}

/// "REMB", the number of streams, a bit rate and the streams; the media source is unused
/// (draft-alvestrand-rmcat-remb-03 section 2.2). Other application feedback is dropped.
fn write_remb(translation: &Translation<'_>, information: &[u8], out: &mut Vec<u8>) -> bool {
    let Some((head, ssrcs)) = information.split_first_chunk::<8>() else { return false };
    if !head.starts_with(b"REMB") {
        return false;
    }
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(head);
    let count_at = out.len() - 4;
    let mut count = 0;
    for ssrc in ssrcs.as_chunks().0.iter().take(usize::from(head[4])) {
        if let Some(source) = (translation.source)(u32::from_be_bytes(*ssrc)) {
            out.extend_from_slice(&source.ssrc.to_be_bytes());
            count += 1;
        }
    }
    out[count_at] = count;
    count > 0
}

pub(super) const TRANSPORT_FEEDBACK: u8 = 205;
pub(super) const PAYLOAD_FEEDBACK: u8 = 206;
const NACK: u8 = 1;
/// draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.
const TRANSPORT_WIDE: u8 = 15;
const PLI: u8 = 1;
const FIR: u8 = 4;
const APPLICATION: u8 = 15;
