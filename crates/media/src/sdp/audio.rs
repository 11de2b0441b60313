//! The audio section of an offer: what the relay can carry, or why it cannot.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeType};

use super::bundle::{self, Bundle};
use super::codec;
use super::document::{Document, Section, is_token};
use super::extension;
use super::finding::Finding;
use super::rule;
use super::transport::{self, Levels};
use crate::{Fingerprint, IceCredentials, TelephoneEvent};

/// An audio section that can carry a call.
pub(super) struct Audio {
    pub(super) mid: String,
    pub(super) bundle: Bundle,
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
        let mid = bundle::mid(section, findings);
        let bundle = Bundle::read(document, section, mid.as_deref(), findings);
        let carrier = bundle.as_ref().and_then(|bundle| document.sections.get(bundle.carrier?));
        let transport = Levels::of_transport(document, section, carrier);
        let levels = Levels::of_media(document, section);
        check_rtcp_mux(&levels, findings);
        transport::setup(&transport, findings);
        let ice = transport::ice(&transport, findings);
        let fingerprints = transport::fingerprints(&transport, findings);
        let opus = codec::opus(section, findings);
        let audio = Self {
            direction: direction(&levels, findings),
            telephone_event: codec::telephone_event(section, findings),
            mid_extension: mid_extension(&levels, mid.as_deref(), findings),
            level_extension: extension::id(&levels, extension::LEVEL_URI),
            track: track(section),
            mid: mid?,
            bundle: bundle?,
            ice: ice?,
            fingerprints: fingerprints?,
            opus: opus?,
        };
        Some(audio)
    }
}

fn check_offered(section: &Section<'_>, findings: &mut Vec<Finding>) {
    if !section.is_offered() {
        findings.push(rule::AUDIO_DISABLED.at(section.line, "m=audio"));
    }
    if !bundle::is_dtls_srtp(section) {
        findings.push(rule::PLAIN_RTP.at(section.line, "m=audio").note(section.fields.protocol));
    }
}

fn check_rtcp_mux(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) {
    let mut values = levels.section.scope.all(|a| matches!(a, SdpAttribute::RtcpMux).then_some(()));
    if values.next().is_none() {
        findings.push(levels.missing("rtcp-mux", &rule::NO_RTCP_MUX));
    }
}

impl Direction {
    /// Where none is said (RFC 8866 section 6.7).
    pub(super) const BOTH: Self = Self { sends: true, receives: true };
}

/// The section's direction, else the session's, with its line.
pub(super) fn offered_direction(levels: &Levels<'_, '_>) -> Option<(usize, Direction)> {
    let offered = levels.first(|a| {
        let (sends, receives) = match SdpAttributeType::from(a) {
            SdpAttributeType::Sendrecv => (true, true),
            SdpAttributeType::Sendonly => (true, false),
            SdpAttributeType::Recvonly => (false, true),
            SdpAttributeType::Inactive => (false, false),
            _ => return None,
        };
        Some(Direction { sends, receives })
    });
    offered.first().copied()
}

fn direction(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) -> Direction {
    let Some((line, direction)) = offered_direction(levels) else { return Direction::BOTH };
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
    let id = extension::id(levels, extension::MID_URI).filter(|_| fits);
    if id.is_none() {
        findings.push(rule::NO_MID_EXTENSION.at(levels.section.line, "a=extmap"));
    }
    id
}

/// The track id of `a=msid` (RFC 8830), else of the older `a=ssrc:… msid:`.
pub(super) fn track(section: &Section<'_>) -> Option<String> {
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
