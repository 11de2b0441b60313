//! MIDs and the BUNDLE group of a section: what names it, and whose transport it uses.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeGroup, SdpAttributeGroupSemantic};
use webrtc_sdp::media_type::{SdpMediaValue, SdpProtocolValue};

use super::document::{Document, Section, is_token};
use super::finding::Finding;
use super::rule;

/// The BUNDLE group of an audio section (RFC 9143).
pub(super) struct Bundle {
    /// Another section that comes first in the group, as the offerer's tag, and can be kept open.
    ///
    /// The tagged section's transport carries the group, and Chromium with `max-bundle` refuses an answer that rejects
    /// it. Nothing in the offer tells that policy from others, so such a section is answered without media instead.
    pub(super) carrier: Option<usize>,
    /// MIDs in the group's order.
    members: Vec<String>,
}

impl Bundle {
    /// Finds the group that lists the section. `None` comes with a finding, unless there is no MID to look for.
    pub(super) fn read(
        document: &Document<'_>,
        section: &Section<'_>,
        mid: Option<&str>,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let groups: Vec<_> = document.session.all(bundle_group).collect();
        let Some(&(line, _)) = groups.first() else {
            findings.push(rule::NO_BUNDLE.at(section.line, "a=group"));
            return None;
        };
        let mid = mid?;
        let Some((_, group)) = groups.into_iter().find(|(_, group)| group.tags.iter().any(|tag| tag == mid)) else {
            findings.push(rule::AUDIO_NOT_IN_BUNDLE.at(line, "a=group").note(mid));
            return None;
        };
        let tag = group.tags.first().filter(|tag| *tag != mid);
        let carrier = tag.and_then(|tag| document.sections.iter().position(|other| carries(other, tag)));
        Some(Self { carrier, members: group.tags.clone() })
    }

    /// What the group begins with: the section that carries the transport.
    pub(super) fn tag(&self) -> Option<&str> {
        self.members.first().map(String::as_str)
    }

    pub(super) fn lists(&self, mid: &str) -> bool {
        self.members.iter().any(|member| member == mid)
    }
}

/// The MIDs of all BUNDLE groups.
pub(super) fn bundled_mids<'d>(document: &'d Document<'_>) -> impl Iterator<Item = &'d str> {
    document.session.all(bundle_group).flat_map(|(_, group)| group.tags.iter().map(String::as_str))
}

/// The section's MID, if it can be repeated.
pub(super) fn mid(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<String> {
    match section.mid() {
        Some((_, mid)) if is_token(mid) => Some(mid.to_owned()),
        Some((line, mid)) => {
            findings.push(rule::MALFORMED_MID.at(line, "a=mid").note(mid));
            None
        }
        None => {
            findings.push(rule::NO_MID.at(section.line, "a=mid"));
            None
        }
    }
}

/// Whether media of this protocol is protected by DTLS-SRTP (RFC 5764, RFC 7850).
pub(super) fn is_dtls_srtp(section: &Section<'_>) -> bool {
    match section.media.proto {
        SdpProtocolValue::UdpTlsRtpSavpf
        | SdpProtocolValue::UdpTlsRtpSavp
        | SdpProtocolValue::TcpDtlsRtpSavpf
        | SdpProtocolValue::TcpDtlsRtpSavp => true,
        SdpProtocolValue::RtpAvp
        | SdpProtocolValue::RtpAvpf
        | SdpProtocolValue::RtpSavp
        | SdpProtocolValue::RtpSavpf
        | SdpProtocolValue::DtlsSctp
        | SdpProtocolValue::UdpDtlsSctp
        | SdpProtocolValue::TcpDtlsSctp => false,
    }
}

fn carries(section: &Section<'_>, tag: &str) -> bool {
    let is_media = matches!(section.media.media, SdpMediaValue::Audio | SdpMediaValue::Video);
    let is_offered = section.media.port != 0 && is_dtls_srtp(section);
    is_media && is_offered && is_token(tag) && section.mid().is_some_and(|(_, mid)| mid == tag)
}

fn bundle_group(attribute: &SdpAttribute) -> Option<&SdpAttributeGroup> {
    match attribute {
        SdpAttribute::Group(group) if matches!(group.semantics, SdpAttributeGroupSemantic::Bundle) => Some(group),
        _ => None,
    }
}
