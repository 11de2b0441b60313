//! A video section of an offer: what of it can be carried.

use webrtc_sdp::attribute_type::SdpAttribute;
use webrtc_sdp::media_type::SdpMediaValue;

use super::audio::{self, Direction};
use super::bundle::{self, Bundle};
use super::document::{Document, Section, is_token};
use super::extension;
use super::finding::Finding;
use super::format::{self, Format};
use super::rule;
use super::transport::Levels;
use crate::VideoExtensions;

/// A video section that can carry a track.
#[derive(Debug, Clone)]
pub(super) struct Video {
    pub(super) direction: Direction,
    /// Never empty; in the offerer's order.
    pub(super) formats: Vec<Format>,
    pub(super) extensions: VideoExtensions,
    pub(super) feedback: Feedback,
    /// The peer's own id of the track that it sends.
    pub(super) track: Option<String>,
    pub(super) ssrcs: Vec<u32>,
    pub(super) rtx_ssrcs: Vec<u32>,
}

/// What receivers may ask of senders (`a=rtcp-fb`), in any format of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Feedback {
    pub(super) fir: bool,
    pub(super) nack: bool,
    pub(super) pli: bool,
    pub(super) remb: bool,
    pub(super) transport_cc: bool,
}

impl Video {
    /// Reads a section that is offered in the audio's bundle. `None` comes with a warning among the findings: the
    /// section is then answered without media, and the call goes on.
    pub(super) fn read(
        document: &Document<'_>,
        section: &Section<'_>,
        bundle: &Bundle,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        check_transport(section, bundle, findings)?;
        let levels = Levels::of_media(document, section);
        let formats = format::read(section, findings);
        let (ssrcs, rtx_ssrcs) = ssrcs(section);
        let video = Self {
            direction: audio::offered_direction(&levels).map_or(Direction::BOTH, |(_, direction)| direction),
            extensions: extension::of_video(&levels),
            feedback: Feedback::read(section),
            track: audio::track(section),
            ssrcs,
            rtx_ssrcs,
            formats,
        };
        if video.formats.is_empty() {
            return None;
        }
        video.note_losses(section, findings);
        Some(video)
    }

    /// What works, but less well than it could.
    fn note_losses(&self, section: &Section<'_>, findings: &mut Vec<Finding>) {
        if let Some(simulcast) = section.scope.named("simulcast").next() {
            findings.push(rule::VIDEO_SIMULCAST.at(simulcast.line, "a=simulcast"));
        }
        let feedback = &self.feedback;
        if !feedback.pli && !feedback.fir {
            findings.push(rule::VIDEO_NO_KEY_FRAME_REQUEST.at(section.line, "a=rtcp-fb"));
        }
        if feedback.transport_cc && self.extensions.transport_wide_cc.is_none() {
            findings.push(rule::VIDEO_TRANSPORT_CC_WITHOUT_EXTENSION.at(section.line, "a=extmap"));
        } else if !feedback.remb && !feedback.transport_cc {
            findings.push(rule::VIDEO_NO_BANDWIDTH_FEEDBACK.at(section.line, "a=rtcp-fb"));
        }
    }
}

impl Feedback {
    /// What Meta's own offers list.
    pub(super) const ALL: Self = Self { fir: true, nack: true, pli: true, remb: true, transport_cc: true };

    fn read(section: &Section<'_>) -> Self {
        let mut feedback = Self::default();
        let values = section.scope.named("rtcp-fb").filter_map(|attribute| attribute.value.split_once(' '));
        for (_payload_type, kind) in values {
            match kind.trim() {
                "ccm fir" => feedback.fir = true,
                "nack" => feedback.nack = true,
                "nack pli" => feedback.pli = true,
                "goog-remb" => feedback.remb = true,
                "transport-cc" => feedback.transport_cc = true,
                _ => {}
            }
        }
        feedback
    }

    /// As `a=rtcp-fb` lists them, in Meta's order.
    pub(super) fn listed(self) -> impl Iterator<Item = &'static str> {
        let all = [
            (self.fir, "ccm fir"),
            (self.nack, "nack"),
            (self.pli, "nack pli"),
            (self.remb, "goog-remb"),
            (self.transport_cc, "transport-cc"),
        ];
        all.into_iter().filter_map(|(has, kind)| has.then_some(kind))
    }
}

impl Section<'_> {
    pub(super) fn is_video(&self) -> bool {
        matches!(self.media.media, SdpMediaValue::Video)
    }

    /// A section with port 0 is not offered (RFC 3264 section 5.1), unless it shares another one's port (RFC 9143).
    pub(super) fn is_offered(&self) -> bool {
        self.media.port != 0 || self.scope.named("bundle-only").next().is_some()
    }
}

/// The media goes over the audio's transport.
fn check_transport(section: &Section<'_>, bundle: &Bundle, findings: &mut Vec<Finding>) -> Option<()> {
    let label = || "m=video".to_owned();
    if !bundle::is_dtls_srtp(section) {
        findings.push(rule::VIDEO_PLAIN_RTP.at(section.line, label()).note(section.fields.protocol));
        return None;
    }
    let mid = section.mid().map(|(_, mid)| mid).filter(|mid| is_token(mid));
    if !mid.is_some_and(|mid| bundle.lists(mid)) {
        findings.push(rule::VIDEO_NOT_IN_BUNDLE.at(section.line, "a=group"));
        return None;
    }
    if section.scope.all(|a| matches!(a, SdpAttribute::RtcpMux).then_some(())).next().is_none() {
        findings.push(rule::VIDEO_NO_RTCP_MUX.at(section.line, "a=rtcp-mux"));
        return None;
    }
    Some(())
}

/// The media streams that the section declares, and their repair streams. Of simulcast streams the first.
pub(super) fn ssrcs(section: &Section<'_>) -> (Vec<u32>, Vec<u32>) {
    let ssrc = |a: &SdpAttribute| if let SdpAttribute::Ssrc(ssrc) = a { Some(ssrc.id) } else { None };
    let mut declared: Vec<u32> = Vec::new();
    for (_, ssrc) in section.scope.all(ssrc) {
        if !declared.contains(&ssrc) && declared.len() < SSRCS_MAX {
            declared.push(ssrc);
        }
    }
    let mut repair = Vec::new();
    for group in section.scope.named("ssrc-group") {
        let mut words = group.value.split_ascii_whitespace();
        let is_repair = words.next() == Some("FID");
        let lesser: Vec<u32> = words.skip(1).filter_map(|word| word.parse().ok()).collect();
        if is_repair {
            repair.extend(lesser.iter().copied().filter(|ssrc| declared.contains(ssrc)));
        }
        declared.retain(|ssrc| !lesser.contains(ssrc));
    }
    (declared, repair)
}

/// Streams of one section that are told apart: three layers of simulcast, each with repair and FEC, are nine.
const SSRCS_MAX: usize = 12;
