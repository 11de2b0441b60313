//! Video formats of a section: codecs, their parameters and their repair formats.

use webrtc_sdp::attribute_type::SdpAttributeRtpmap;

use super::codec::{PAYLOAD_TYPES, fits_beside_rtcp, rtpmaps};
use super::document::Section;
use super::finding::Finding;
use super::rule;
use crate::{H264Profile, VideoCodec, VideoFormat};

/// A codec under the payload type that the peer gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) wire: VideoFormat,
    /// The codec's parameters as the peer gave them, to be repeated to it.
    pub(super) parameters: Option<String>,
}

impl Format {
    /// A format in numbers of ours, for a peer that never numbered any.
    pub(super) fn fresh(wire: VideoFormat) -> Self {
        let parameters = match wire.codec {
            VideoCodec::H264 { .. } => Some(H264_PARAMETERS.to_owned()),
            VideoCodec::Vp8 | VideoCodec::Vp9 { .. } | VideoCodec::H265 { .. } | VideoCodec::Av1 { .. } => None,
        };
        Self { wire, parameters }
    }

    /// The value of `a=rtpmap`.
    pub(super) fn rtpmap(&self) -> String {
        let VideoFormat { codec, payload_type, .. } = self.wire;
        format!("{payload_type} {}/{VIDEO_CLOCK_RATE}", codec.name())
    }

    /// As the `m=` line lists them: the codec's, then its repair format's.
    pub(super) fn payload_types(&self) -> impl Iterator<Item = u8> {
        std::iter::once(self.wire.payload_type).chain(self.wire.rtx)
    }
}

/// What can be carried, in the order of the `m=` line. Simulcast, RED and FEC are not among it.
pub(super) fn read(section: &Section<'_>, findings: &mut Vec<Finding>) -> Vec<Format> {
    let (maps, parameters): (Vec<_>, _) = (rtpmaps(section).collect(), Parameters::read(section));
    let mut formats = Vec::new();
    for &(line, map) in &maps {
        let payload_type = map.payload_type;
        let text = parameters.of(payload_type);
        let Some(codec) = codec(map, text.unwrap_or_default()) else { continue };
        if !fits_beside_rtcp(map) {
            findings.push(rule::VIDEO_PAYLOAD_TYPE_RANGE.at(line, "a=rtpmap"));
            continue;
        }
        let mut maps = maps.iter().map(|(_, map)| *map);
        let rtx = maps.find(|map| parameters.is_repair(map, payload_type)).map(|map| map.payload_type);
        let parameters = text.and_then(repeated);
        formats.push(Format { wire: VideoFormat { codec, payload_type, rtx }, parameters });
    }
    if formats.is_empty() {
        findings.push(rule::VIDEO_NO_CODEC.at(section.line, "a=rtpmap"));
    }
    formats
}

/// A format's parameters as its `a=fmtp` has them, to be repeated.
pub(super) fn parameters(section: &Section<'_>, format: &str) -> Option<String> {
    Parameters::read(section).of(format.parse().ok()?).and_then(repeated)
}

/// What a party that never offered video is sent, the better first: what Meta sends, and what every browser must know
/// (RFC 7742 section 5).
pub(super) const ASSUMED: [VideoCodec; 2] =
    [VideoCodec::H264 { profile: H264Profile::ConstrainedBaseline, packetization_mode: 1 }, VideoCodec::Vp8];

/// `None` for what the relay does not carry, or cannot understand.
fn codec(map: &SdpAttributeRtpmap, text: &str) -> Option<VideoCodec> {
    match map.codec_name.to_ascii_uppercase().as_str() {
        _ if map.frequency != VIDEO_CLOCK_RATE => None,
        "VP8" => Some(VideoCodec::Vp8),
        "VP9" => Some(VideoCodec::Vp9 { profile: number(text, "profile-id", 0)? }),
        "H264" => h264(text),
        "H265" => {
            Some(VideoCodec::H265 { profile: number(text, "profile-id", 1)?, tier: number(text, "tier-flag", 0)? })
        }
        "AV1" => Some(VideoCodec::Av1 { profile: number(text, "profile", 0)? }),
        _ => None,
    }
}

fn h264(text: &str) -> Option<VideoCodec> {
    // RFC 6184 section 8.1 infers plain Baseline for an absent profile, but clients that leave it out send, as libwebrtc
    // takes it, Constrained Baseline.
    let profile = match parameter(text, "profile-level-id") {
        Some(hex) => {
            let [idc, iop, _level] = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?.to_be_bytes()[1..]
            else {
                return None;
            };
            H264Profile::new(idc, iop)
        }
        None => H264Profile::ConstrainedBaseline,
    };
    let packetization_mode = number(text, "packetization-mode", 0)?;
    (packetization_mode <= 1).then_some(VideoCodec::H264 { profile, packetization_mode })
}

/// The values of `a=fmtp` by payload type.
struct Parameters<'s>([Option<&'s str>; PAYLOAD_TYPES]);

impl<'s> Parameters<'s> {
    fn read(section: &'s Section<'_>) -> Self {
        let mut values = [None; PAYLOAD_TYPES];
        for attribute in section.scope.named("fmtp") {
            if let Some((number, text)) = attribute.value.split_once(' ')
                && let Some(entry) = number.parse().ok().and_then(|number: usize| values.get_mut(number))
            {
                entry.get_or_insert(text.trim());
            }
        }
        Self(values)
    }

    fn of(&self, payload_type: u8) -> Option<&'s str> {
        self.0.get(usize::from(payload_type)).copied().flatten()
    }

    /// Whether the format is `rtx` with `apt` of the other one (RFC 4588 section 8.1).
    fn is_repair(&self, map: &SdpAttributeRtpmap, of: u8) -> bool {
        let apt = || self.of(map.payload_type).and_then(|text| parameter(text, "apt")?.parse().ok());
        map.codec_name.eq_ignore_ascii_case("rtx") && fits_beside_rtcp(map) && apt() == Some(of)
    }
}

fn parameter<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut pairs = text.split(';').filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// `None` if it is not a small number.
fn number(text: &str, name: &str, absent: u8) -> Option<u8> {
    parameter(text, name).map_or(Some(absent), |value| value.parse().ok())
}

/// The parameters that matter to a sender, if their values are well-formed.
fn repeated(text: &str) -> Option<String> {
    let is_well_formed = |name: &str, value: &str| match name {
        "profile-level-id" => value.len() == 6 && value.bytes().all(|b| b.is_ascii_hexdigit()),
        // RFC 6184 section 8.1.
        "level-asymmetry-allowed" => matches!(value, "0" | "1"),
        "packetization-mode" => matches!(value, "0" | "1" | "2"),
        _ => value.len() <= 9 && value.bytes().all(|b| b.is_ascii_digit()) && !value.is_empty(),
    };
    let known = |name: &&str| parameter(text, name).is_some_and(|value| is_well_formed(name, value));
    let pairs = PARAMETERS.iter().filter(|name| known(name));
    let pairs: Vec<_> = pairs.filter_map(|name| Some(format!("{name}={}", parameter(text, name)?))).collect();
    (!pairs.is_empty()).then(|| pairs.join(";"))
}

/// Of every video codec.
pub(super) const VIDEO_CLOCK_RATE: u32 = 90_000;
/// As Meta offers it.
const H264_PARAMETERS: &str = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
/// Of all codecs: their names are distinct enough. In alphabetical order, as browsers write them.
const PARAMETERS: [&str; 12] = [
    "level-asymmetry-allowed",
    "level-id",
    "level-idx",
    "max-fr",
    "max-fs",
    "max-mbps",
    "packetization-mode",
    "profile",
    "profile-id",
    "profile-level-id",
    "tier",
    "tier-flag",
];
