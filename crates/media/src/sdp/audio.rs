//! The audio section of an offer: what the relay can carry, or why it cannot.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeGroupSemantic, SdpAttributeType};
use webrtc_sdp::media_type::SdpProtocolValue;

use super::codec;
use super::document::{Document, Section, is_token};
use super::finding::Finding;
use super::rule;
use super::transport::{self, Levels};
use crate::{Fingerprint, IceCredentials, TelephoneEvent};

/// An audio section that can carry a call.
pub(super) struct Audio {
    pub(super) mid: String,
    pub(super) direction: Direction,
    pub(super) ice: IceCredentials,
    pub(super) fingerprints: Vec<Fingerprint>,
    pub(super) opus: u8,
    pub(super) telephone_event: Option<TelephoneEvent>,
    pub(super) mid_extension: Option<u8>,
    pub(super) level_extension: Option<u8>,
    /// The peer's own id of the track that it sends.
    pub(super) track: Option<String>,
}

/// Which way the offerer wants media to flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Direction {
    pub(super) sends: bool,
    pub(super) receives: bool,
}

impl Audio {
    /// Reads one audio section. `None` comes with at least one error among the findings.
    pub(super) fn read(document: &Document<'_>, section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<Self> {
        check_offered(section, findings);
        let mid = mid(section, findings);
        let bundle = bundle(document, section, mid.as_deref(), findings);
        let levels = Levels::new(document, section, &bundle);
        check_rtcp_mux(&levels, findings);
        transport::setup(&levels, findings);
        let ice = transport::ice(&levels, findings);
        let fingerprints = transport::fingerprints(&levels, findings);
        let opus = codec::opus(section, findings);
        let audio = Self {
            direction: direction(&levels, findings),
            telephone_event: codec::telephone_event(section, findings),
            mid_extension: mid_extension(&levels, mid.as_deref(), findings),
            level_extension: codec::extension(&levels, codec::LEVEL_URI),
            track: track(section),
            mid: mid?,
            ice: ice?,
            fingerprints: fingerprints?,
            opus: opus?,
        };
        Some(audio)
    }
}

fn check_offered(section: &Section<'_>, findings: &mut Vec<Finding>) {
    let bundle_only = section.scope.named("bundle-only").next().is_some();
    if section.media.port == 0 && !bundle_only {
        findings.push(rule::AUDIO_DISABLED.at(section.line, "m=audio"));
    }
    match section.media.proto {
        SdpProtocolValue::UdpTlsRtpSavpf
        | SdpProtocolValue::UdpTlsRtpSavp
        | SdpProtocolValue::TcpDtlsRtpSavpf
        | SdpProtocolValue::TcpDtlsRtpSavp => {}
        SdpProtocolValue::RtpAvp
        | SdpProtocolValue::RtpAvpf
        | SdpProtocolValue::RtpSavp
        | SdpProtocolValue::RtpSavpf
        | SdpProtocolValue::DtlsSctp
        | SdpProtocolValue::UdpDtlsSctp
        | SdpProtocolValue::TcpDtlsSctp => {
            findings.push(rule::PLAIN_RTP.at(section.line, "m=audio").note(section.fields.protocol));
        }
    }
}

fn mid(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<String> {
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

/// The MIDs of the BUNDLE group that the section is in; empty with a finding if there is none.
fn bundle(
    document: &Document<'_>,
    section: &Section<'_>,
    mid: Option<&str>,
    findings: &mut Vec<Finding>,
) -> Vec<String> {
    let groups: Vec<_> = document
        .session
        .all(|a| match a {
            SdpAttribute::Group(group) if matches!(group.semantics, SdpAttributeGroupSemantic::Bundle) => Some(group),
            _ => None,
        })
        .collect();
    let Some(&(line, _)) = groups.first() else {
        findings.push(rule::NO_BUNDLE.at(section.line, "a=group"));
        return Vec::new();
    };
    // Without a MID there is nothing to look for, and a finding about that.
    let Some(mid) = mid else { return Vec::new() };
    let own = groups.into_iter().find(|(_, group)| group.tags.iter().any(|tag| tag == mid));
    own.map(|(_, group)| group.tags.clone()).unwrap_or_else(|| {
        findings.push(rule::AUDIO_NOT_IN_BUNDLE.at(line, "a=group").note(mid));
        Vec::new()
    })
}

fn check_rtcp_mux(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) {
    let mut values = levels.section.scope.all(|a| matches!(a, SdpAttribute::RtcpMux).then_some(()));
    if values.next().is_none() {
        findings.push(levels.missing("rtcp-mux", &rule::NO_RTCP_MUX));
    }
}

/// The section's direction, else the session's, else both ways (RFC 8866 section 6.7).
fn direction(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) -> Direction {
    let offered = levels.innermost(|a| {
        let (sends, receives) = match SdpAttributeType::from(a) {
            SdpAttributeType::Sendrecv => (true, true),
            SdpAttributeType::Sendonly => (true, false),
            SdpAttributeType::Recvonly => (false, true),
            SdpAttributeType::Inactive => (false, false),
            _ => return None,
        };
        Some(Direction { sends, receives })
    });
    let Some(&(line, direction)) = offered.first() else { return Direction { sends: true, receives: true } };
    match direction {
        Direction { sends: true, receives: true } => {}
        Direction { sends: true, receives: false } => findings.push(rule::AUDIO_ONE_WAY.at(line, "a=sendonly")),
        Direction { sends: false, receives: true } => findings.push(rule::AUDIO_ONE_WAY.at(line, "a=recvonly")),
        Direction { sends: false, receives: false } => findings.push(rule::AUDIO_INACTIVE.at(line, "a=inactive")),
    }
    direction
}

fn mid_extension(levels: &Levels<'_, '_>, mid: Option<&str>, findings: &mut Vec<Finding>) -> Option<u8> {
    let fits = mid.is_some_and(|mid| mid.len() <= ONE_BYTE_VALUE_MAX);
    let id = codec::extension(levels, codec::MID_URI).filter(|_| fits);
    if id.is_none() {
        findings.push(rule::NO_MID_EXTENSION.at(levels.section.line, "a=extmap"));
    }
    id
}

/// The track id of `a=msid` (RFC 8830), else of the older `a=ssrc:… msid:`.
fn track(section: &Section<'_>) -> Option<String> {
    let msid = section.scope.all(|a| if let SdpAttribute::Msid(msid) = a { msid.appdata.as_deref() } else { None });
    let ssrc = section.scope.all(|a| match a {
        SdpAttribute::Ssrc(ssrc) if ssrc.attribute.as_deref() == Some("msid") => {
            ssrc.value.as_deref()?.split_ascii_whitespace().nth(1)
        }
        _ => None,
    });
    msid.chain(ssrc).map(|(_, track)| track).find(|track| is_token(track)).map(str::to_owned)
}

/// Bytes of a header extension value in the one-byte form (RFC 8285 section 4.2).
const ONE_BYTE_VALUE_MAX: usize = 16;
