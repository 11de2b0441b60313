//! The video sections of a leg. All of them share one transport with the audio (BUNDLE).

use offhook_call::TrackLabel;

/// What a leg's peer sends and gets as video.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VideoSpec {
    /// The peer's own sections, at most one of a label.
    pub incoming: Vec<VideoIn>,
    /// Sections of the server's offer for the other party's tracks, at most one of a label.
    pub outgoing: Vec<VideoOut>,
    pub extensions: VideoExtensions,
}

/// A section in which the peer sends a track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoIn {
    pub label: TrackLabel,
    pub mid: String,
    /// The media streams that the offer declares (`a=ssrc`), without those of repair; empty if it declares none.
    pub ssrcs: Vec<u32>,
    /// The repair streams (RFC 4588) that the offer declares beside them (`a=ssrc-group:FID`).
    pub rtx_ssrcs: Vec<u32>,
    /// In the numbers of the peer's offer.
    pub formats: Vec<VideoFormat>,
    /// The peer may send, and its track is not muted. Otherwise nothing of the section is forwarded.
    pub on: bool,
}

/// A section in which the peer gets the other party's track of the label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoOut {
    pub label: TrackLabel,
    pub mid: String,
    /// Our stream, declared in the server's offer.
    pub ssrc: u32,
    /// Our repair stream (RFC 4588), declared beside it. Without it, repair is not forwarded.
    pub rtx_ssrc: Option<u32>,
    pub formats: Vec<VideoFormat>,
    /// The server's offer says `sendonly`. Otherwise nothing is sent in the section.
    pub on: bool,
}

/// A codec under its payload type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoFormat {
    pub codec: VideoCodec,
    pub payload_type: u8,
    /// Payload type of its repair format, `rtx` with `apt` of this one (RFC 4588 section 8.1).
    pub rtx: Option<u8>,
}

/// A codec with what must be alike on both sides: two legs may exchange frames of a codec if it is equal. Levels are no
/// part of it, since they limit a receiver and are told to the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    Vp8,
    /// `profile-id`, 0 if absent (RFC 9628 section 6).
    Vp9 {
        profile: u8,
    },
    /// RFC 6184 section 8.2.2: profile and packetization mode are symmetric.
    H264 {
        profile: H264Profile,
        packetization_mode: u8,
    },
    /// `profile-id` (1 if absent) and `tier-flag` (0 if absent), symmetric by RFC 7798 section 7.2.2.
    H265 {
        profile: u8,
        tier: u8,
    },
    /// `profile`, 0 if absent (AV1 RTP payload specification, section 7.2).
    Av1 {
        profile: u8,
    },
}

/// A profile of H.264, which `profile-level-id` may write in several ways (RFC 6184 section 8.1, table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum H264Profile {
    ConstrainedBaseline,
    Baseline,
    Main,
    Extended,
    ConstrainedHigh,
    High,
    /// One that table 5 does not name: its `profile_idc` and `profile-iop`, which must be equal to the bit.
    Other {
        idc: u8,
        iop: u8,
    },
}

/// Ids of header extensions that are carried along as they are, one for a leg and URI. `None` if the leg has not
/// agreed on it; what only one of two legs has is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct VideoExtensions {
    /// `urn:ietf:params:rtp-hdrext:sdes:mid`, written anew for the far section.
    pub mid: Option<u8>,
    /// `http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`.
    pub transport_wide_cc: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time`.
    pub abs_send_time: Option<u8>,
    /// `urn:3gpp:video-orientation`.
    pub orientation: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/video-content-type`.
    pub content_type: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/playout-delay`.
    pub playout_delay: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/color-space`.
    pub color_space: Option<u8>,
    /// `http://www.webrtc.org/experiments/rtp-hdrext/video-timing`.
    pub video_timing: Option<u8>,
    /// `https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension`.
    pub dependency_descriptor: Option<u8>,
}

impl VideoSpec {
    pub(crate) fn is_empty(&self) -> bool {
        self.incoming.is_empty() && self.outgoing.is_empty()
    }
}

impl VideoCodec {
    /// Its encoding name, as `a=rtpmap` has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Vp8 => "VP8",
            Self::Vp9 { .. } => "VP9",
            Self::H264 { .. } => "H264",
            Self::H265 { .. } => "H265",
            Self::Av1 { .. } => "AV1",
        }
    }
}

impl H264Profile {
    /// Reads the first two bytes of `profile-level-id`. Bits of `iop` are `constraint_set0_flag` and on, from the highest.
    pub fn new(idc: u8, iop: u8) -> Self {
        match (idc, iop) {
            (BASELINE, _) if iop & 0x4F == 0x40 => Self::ConstrainedBaseline,
            (MAIN, _) if iop & 0x8F == 0x80 => Self::ConstrainedBaseline,
            (EXTENDED, _) if iop & 0xCF == 0xC0 => Self::ConstrainedBaseline,
            (BASELINE, _) if iop & 0x4F == 0 => Self::Baseline,
            (EXTENDED, _) if iop & 0xCF == 0x80 => Self::Baseline,
            (MAIN, _) if iop & 0xAF == 0 => Self::Main,
            (EXTENDED, _) if iop & 0xCF == 0 => Self::Extended,
            (HIGH, 0) => Self::High,
            // Not in the table, but what clients mean by it.
            (HIGH, 0x0C) => Self::ConstrainedHigh,
            (idc, iop) => Self::Other { idc, iop },
        }
    }
}

const BASELINE: u8 = 66;
const MAIN: u8 = 77;
const EXTENDED: u8 = 88;
const HIGH: u8 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_profile_has_several_spellings() {
        for (idc, iop) in [(0x42, 0xE0), (0x42, 0x40), (0x4D, 0x80), (0x4D, 0xE0), (0x58, 0xC0)] {
            assert_eq!(H264Profile::new(idc, iop), H264Profile::ConstrainedBaseline, "{idc:x} {iop:x}");
        }
        for (idc, iop, profile) in [
            (0x42, 0x00, H264Profile::Baseline),
            (0x58, 0x80, H264Profile::Baseline),
            (0x4D, 0x00, H264Profile::Main),
            (0x58, 0x00, H264Profile::Extended),
            (0x64, 0x00, H264Profile::High),
            (0x64, 0x0C, H264Profile::ConstrainedHigh),
            (0xF4, 0x00, H264Profile::Other { idc: 0xF4, iop: 0 }),
            (0x42, 0x01, H264Profile::Other { idc: 0x42, iop: 1 }),
        ] {
            assert_eq!(H264Profile::new(idc, iop), profile, "{idc:x} {iop:x}");
        }
    }
}
