//! A whole offer: its rules and what negotiation needs of it.

use webrtc_sdp::attribute_type::SdpAttribute;

use super::audio::Audio;
use super::content::{Places, SectionOffer};
use super::document::{Document, Section};
use super::extension;
use super::finding::{Finding, Severity, Subject};
use super::{advice, rule};

/// An offer that can be answered.
pub(super) struct Offer<'a> {
    pub(super) session_id: u64,
    pub(super) session_version: u64,
    /// In the order of the offer.
    pub(super) sections: Vec<SectionOffer<'a>>,
    pub(super) audio: Audio,
    /// What the peer sends or will send: our SSRCs must differ (RFC 3550 section 8.2).
    pub(super) ssrcs: Vec<u32>,
    pub(super) numbers: Numbers,
}

/// Numbers that the peer has given to something, so that ours differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    pub(super) payload_types: Vec<u8>,
    pub(super) extension_ids: Vec<u8>,
    /// Of transport-wide congestion control, in whatever section.
    pub(super) transport_wide_cc: Option<u8>,
}

/// Where the peer repeats the server's own audio section if it has applied the server's offer.
#[derive(Debug, Clone, Copy)]
pub(super) struct FarAudioPlace<'s> {
    pub(super) index: usize,
    pub(super) mid: &'s str,
}

/// What was found in a text, and the offer if nothing found was an error.
pub(super) struct Reading<'a> {
    pub(super) offer: Option<Offer<'a>>,
    /// The worst first, then by line.
    pub(super) findings: Vec<Finding>,
}

/// Reads an offer.
pub(super) fn read<'a>(text: &'a str, far_audio: Option<FarAudioPlace<'_>>) -> Reading<'a> {
    let (offer, mut findings) = match Document::read(text) {
        Ok(document) => judge(&document, far_audio),
        Err(findings) => (None, findings),
    };
    Finding::tell(&mut findings, Subject::Offer, text);
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    Reading { offer: offer.filter(|_| !refused), findings }
}

fn judge<'a>(document: &Document<'a>, far_audio: Option<FarAudioPlace<'_>>) -> (Option<Offer<'a>>, Vec<Finding>) {
    let mut findings = Vec::new();
    check_session(document, &mut findings);
    let far_audio = far_audio.filter(|place| place.is_in(document)).map(|place| place.index);
    let chosen = choose_audio(document, far_audio, &mut findings);
    let offer = chosen.map(|(index, audio)| {
        let places = Places { audio: index, far_audio, bundle: &audio.bundle };
        let sections = places.sections(document, &mut findings);
        Offer::new(document, audio, sections)
    });
    advice::give(document, &mut findings);
    check_readable(document, &mut findings);
    (offer, findings)
}

impl<'a> Offer<'a> {
    fn new(document: &Document<'a>, audio: Audio, sections: Vec<SectionOffer<'a>>) -> Self {
        let ssrc = |a: &SdpAttribute| if let SdpAttribute::Ssrc(ssrc) = a { Some(ssrc.id) } else { None };
        Self {
            session_id: document.origin.session_id,
            session_version: document.origin.session_version,
            sections,
            audio,
            ssrcs: document.scopes().flat_map(|scope| scope.all(ssrc)).map(|(_, ssrc)| ssrc).collect(),
            numbers: Numbers {
                payload_types: document.sections.iter().flat_map(Section::payload_types).collect(),
                extension_ids: extension::taken(document),
                transport_wide_cc: extension::transport_wide_cc(document),
            },
        }
    }
}

impl FarAudioPlace<'_> {
    fn is_in(&self, document: &Document<'_>) -> bool {
        let section = document.sections.get(self.index);
        section.is_some_and(|section| section.is_audio() && section.mid().is_some_and(|(_, mid)| mid == self.mid))
    }
}

/// Rules that no section can heal.
fn check_session(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let ice_lite = document.session.named("ice-lite").next();
    findings.extend(ice_lite.map(|a| rule::ICE_LITE.at(a.line, "a=ice-lite")));
    let crypto = document.scopes().find_map(|scope| scope.named("crypto").next());
    findings.extend(crypto.map(|a| rule::SDES_CRYPTO.at(a.line, "a=crypto")));
    let mut seen = Vec::new();
    for (line, mid) in document.sections.iter().filter_map(Section::mid) {
        if seen.contains(&mid) {
            findings.push(rule::DUPLICATE_MID.at(line, "a=mid").note(mid));
        }
        seen.push(mid);
    }
}

/// The first audio section without an error, with its findings; else the findings of the first audio section.
fn choose_audio(
    document: &Document<'_>,
    far_audio: Option<usize>,
    findings: &mut Vec<Finding>,
) -> Option<(usize, Audio)> {
    let mut first_refusal = None;
    let sections = document.sections.iter().enumerate();
    for (index, section) in sections.filter(|(index, section)| section.is_audio() && Some(*index) != far_audio) {
        let mut own = Vec::new();
        let audio = Audio::read(document, section, &mut own);
        match audio.filter(|_| own.iter().all(|finding| finding.severity != Severity::Error)) {
            Some(audio) => {
                findings.append(&mut own);
                return Some((index, audio));
            }
            None => {
                first_refusal.get_or_insert(own);
            }
        }
    }
    findings.extend(first_refusal.unwrap_or_else(|| vec![rule::NO_AUDIO.whole()]));
    None
}

/// Attributes that could not be read and that nothing above needed.
pub(super) fn check_readable(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let unreadable = document.scopes().flat_map(|scope| &scope.attributes).filter_map(|attribute| {
        let why = attribute.unreadable()?;
        Some(rule::IGNORED_ATTRIBUTE.at(attribute.line, attribute.label()).note(&why))
    });
    let unreported: Vec<_> =
        unreadable.filter(|new| findings.iter().all(|old| old.line != new.line)).take(IGNORED_MAX).collect();
    findings.extend(unreported);
}

/// Warnings about unreadable attributes that are worth listing.
const IGNORED_MAX: usize = 20;
