//! RTP headers (RFC 3550 section 5.1) and their extensions (RFC 8285): read in place, written anew for the other leg.

/// What forwarding needs of a received header. Holds offsets, not the bytes, so the packet can be decrypted in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) marker: bool,
    /// The payload ends with padding (RFC 3550 section 5.1), which is forwarded as it is.
    pub(crate) padding: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    len: usize,
    extensions: Option<ExtensionBlock>,
}

/// The header of a packet to send. Contributing sources are not carried over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outgoing<'a> {
    pub(crate) marker: bool,
    pub(crate) padding: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) extensions: &'a [Extension<'a>],
}

/// A header extension element to send. The id is at least 1, the value at most 255 bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extension<'a> {
    pub(crate) id: u8,
    pub(crate) value: &'a [u8],
}

/// Bytes that are no RTP packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("RTP packet too short for its header")]
    Truncated,
    #[error("not RTP version 2")]
    Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ExtensionBlock {
    form: Form,
    start: usize,
    end: usize,
}

/// How the elements of an extension block are written (RFC 8285 sections 4.2 and 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    OneByte,
    TwoByte,
}

impl Header {
    pub(crate) fn parse(packet: &[u8]) -> Result<Self, Malformed> {
        let fixed: &[u8; FIXED_LEN] = packet.first_chunk().ok_or(Malformed::Truncated)?;
        if fixed[0] >> 6 != VERSION {
            return Err(Malformed::Version);
        }
        let csrc_end = FIXED_LEN + 4 * usize::from(fixed[0] & 0x0F);
        let (len, extensions) =
            if fixed[0] & EXTENSION_BIT == 0 { (csrc_end, None) } else { parse_extension_block(packet, csrc_end)? };
        if packet.len() < len {
            return Err(Malformed::Truncated);
        }
        Ok(Self {
            marker: fixed[1] & MARKER_BIT != 0,
            padding: fixed[0] & PADDING_BIT != 0,
            payload_type: fixed[1] & !MARKER_BIT,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: ssrc(fixed),
            len,
            extensions,
        })
    }

    /// Bytes of the header, with CSRCs and extensions.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The value of the extension element `id` of the packet that this header was read from.
    pub(crate) fn extension<'p>(&self, packet: &'p [u8], id: u8) -> Option<&'p [u8]> {
        self.extensions(packet).find(|element| element.id == id).map(|element| element.value)
    }

    /// All extension elements of the packet that this header was read from, up to the first malformed one.
    pub(crate) fn extensions<'p>(&self, packet: &'p [u8]) -> impl Iterator<Item = Extension<'p>> + use<'p> {
        let block = self.extensions.and_then(|block| Some((block.form, packet.get(block.start..block.end)?)));
        let (form, rest) = block.unwrap_or((Form::OneByte, &[]));
        Elements { form, rest }
    }
}

impl Outgoing<'_> {
    /// Appends the header to `out` and returns its length.
    ///
    /// Elements are written in the one-byte form unless one does not fit it: id above 14, or a value that is empty or
    /// longer than 16 bytes.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> usize {
        let start = out.len();
        let mut first = VERSION << 6;
        first |= if self.padding { PADDING_BIT } else { 0 };
        first |= if self.extensions.is_empty() { 0 } else { EXTENSION_BIT };
        let marker = if self.marker { MARKER_BIT } else { 0 };
        out.extend_from_slice(&[first, marker | self.payload_type]);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        if !self.extensions.is_empty() {
            write_extension_block(self.extensions, out);
        }
        out.len() - start
    }
}

/// The SSRC field of an RTP packet. Panics if the packet is shorter than that.
pub(crate) fn ssrc(packet: &[u8]) -> u32 {
    be_u32(&packet[8..12])
}

/// What a telephone-event payload says of time (RFC 4733 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventTime {
    /// The key is up again.
    pub(crate) ends: bool,
    /// Ticks of the payload type's clock since the time of the packet.
    pub(crate) duration: u16,
}

impl EventTime {
    /// `None` if the payload is too short to be an event.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let [_event, flags_and_volume, duration @ ..] = *payload.first_chunk::<EVENT_LEN>()?;
        Some(Self { ends: flags_and_volume & EVENT_END_BIT != 0, duration: u16::from_be_bytes(duration) })
    }

    /// Changes the duration in a payload.
    pub(crate) fn write_duration(payload: &mut [u8], duration: u16) {
        if let Some(event) = payload.first_chunk_mut::<EVENT_LEN>() {
            event[2..].copy_from_slice(&duration.to_be_bytes());
        }
    }
}

/// Returns the header's length and the block, if it is of a known form (another is skipped).
fn parse_extension_block(packet: &[u8], at: usize) -> Result<(usize, Option<ExtensionBlock>), Malformed> {
    let start = at + EXTENSION_HEADER_LEN;
    let head = packet.get(at..start).ok_or(Malformed::Truncated)?;
    let end = start + 4 * usize::from(u16::from_be_bytes([head[2], head[3]]));
    let form = match u16::from_be_bytes([head[0], head[1]]) {
        ONE_BYTE_PROFILE => Some(Form::OneByte),
        profile if profile & !APP_BITS == TWO_BYTE_PROFILE => Some(Form::TwoByte),
        _ => None,
    };
    Ok((end, form.map(|form| ExtensionBlock { form, start, end })))
}

/// The elements of an extension block, up to the first malformed one.
struct Elements<'p> {
    form: Form,
    rest: &'p [u8],
}

impl<'p> Iterator for Elements<'p> {
    type Item = Extension<'p>;

    fn next(&mut self) -> Option<Extension<'p>> {
        let padding = self.rest.iter().take_while(|&&byte| byte == 0).count();
        let (&first, rest) = self.rest[padding..].split_first()?;
        let (id, len, rest) = match self.form {
            Form::OneByte if first >> 4 == ONE_BYTE_STOP => return None,
            Form::OneByte => (first >> 4, usize::from(first & 0x0F) + 1, rest),
            Form::TwoByte => {
                let (&len, rest) = rest.split_first()?;
                (first, usize::from(len), rest)
            }
        };
        let (value, rest) = rest.split_at_checked(len)?;
        self.rest = rest;
        Some(Extension { id, value })
    }
}

fn write_extension_block(extensions: &[Extension<'_>], out: &mut Vec<u8>) {
    let one_byte = extensions.iter().all(|element| element.id <= 14 && (1..=16).contains(&element.value.len()));
    let profile = if one_byte { ONE_BYTE_PROFILE } else { TWO_BYTE_PROFILE };
    out.extend_from_slice(&profile.to_be_bytes());
    out.extend_from_slice(&[0, 0]);
    let start = out.len();
    for Extension { id, value } in extensions {
        let len = value.len() as u8;
        if one_byte {
            out.push(id << 4 | (len - 1));
        } else {
            out.extend_from_slice(&[*id, len]);
        }
        out.extend_from_slice(value);
    }
    let words = (out.len() - start).div_ceil(4);
    out.resize(start + 4 * words, 0);
    out[start - 2..start].copy_from_slice(&(words as u16).to_be_bytes());
}

fn be_u32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("the caller passes four bytes"))
}

const VERSION: u8 = 2;
const FIXED_LEN: usize = 12;
const PADDING_BIT: u8 = 0x20;
const EXTENSION_BIT: u8 = 0x10;
const MARKER_BIT: u8 = 0x80;
const EXTENSION_HEADER_LEN: usize = 4;
const ONE_BYTE_PROFILE: u16 = 0xBEDE;
const TWO_BYTE_PROFILE: u16 = 0x1000;
/// Bits of the two-byte profile that are up to the application (RFC 8285 section 4.3).
const APP_BITS: u16 = 0x000F;
/// This id ends the block, whatever follows (RFC 8285 section 4.2).
const ONE_BYTE_STOP: u8 = 15;
/// Event, flags and volume, duration (RFC 4733 section 2.3).
const EVENT_LEN: usize = 4;
const EVENT_END_BIT: u8 = 0x80;

#[cfg(test)]
mod tests;
