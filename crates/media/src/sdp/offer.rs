//! A whole offer: its rules and what negotiation needs of it.

use webrtc_sdp::attribute_type::SdpAttribute;

use super::audio::Audio;
use super::document::{Document, MediaFields, Section, is_token};
use super::finding::{Finding, Severity, quoted};
use super::rule;

/// An offer that can be answered.
pub(super) struct Offer<'a> {
    pub(super) session_id: u64,
    pub(super) session_version: u64,
    /// In the order of the offer.
    pub(super) sections: Vec<SectionOffer<'a>>,
    /// Which of the sections carries the call.
    pub(super) audio_index: usize,
    pub(super) audio: Audio,
    /// What the peer sends or will send: our SSRCs must differ (RFC 3550 section 8.2).
    pub(super) ssrcs: Vec<u32>,
}

/// What an answer repeats of any section.
pub(super) struct SectionOffer<'a> {
    pub(super) fields: MediaFields<'a>,
    pub(super) mid: Option<&'a str>,
    /// `a=rtpmap` of the first format. Some parsers ask for it even where a section is rejected.
    pub(super) first_rtpmap: Option<String>,
}

/// What was found in a text, and the offer if nothing found was an error.
pub(super) struct Reading<'a> {
    pub(super) offer: Option<Offer<'a>>,
    /// The worst first, then by line.
    pub(super) findings: Vec<Finding>,
}

/// Every finding about an offer, the worst first, then by line. Any text is welcome.
pub fn lint(offer: &str) -> Vec<Finding> {
    read(offer).findings
}

/// Reads an offer.
pub(super) fn read(text: &str) -> Reading<'_> {
    let (offer, mut findings) = match Document::read(text) {
        Ok(document) => judge(document),
        Err(findings) => (None, findings),
    };
    findings.sort_by_key(|finding| (finding.severity, finding.line));
    let refused = findings.iter().any(|finding| finding.severity == Severity::Error);
    Reading { offer: offer.filter(|_| !refused), findings }
}

fn judge(document: Document<'_>) -> (Option<Offer<'_>>, Vec<Finding>) {
    let mut findings = Vec::new();
    check_session(&document, &mut findings);
    let chosen = choose_audio(&document, &mut findings);
    if let Some((audio_index, audio)) = &chosen {
        note_others(&document, *audio_index, audio.bundle.carrier, &mut findings);
    }
    check_readable(&document, &mut findings);
    (chosen.map(|(audio_index, audio)| Offer::new(&document, audio_index, audio)), findings)
}

impl<'a> Offer<'a> {
    fn new(document: &Document<'a>, audio_index: usize, audio: Audio) -> Self {
        let ssrc = |a: &SdpAttribute| if let SdpAttribute::Ssrc(ssrc) = a { Some(ssrc.id) } else { None };
        Self {
            session_id: document.origin.session_id,
            session_version: document.origin.session_version,
            sections: document.sections.iter().map(SectionOffer::new).collect(),
            audio_index,
            audio,
            ssrcs: document.scopes().flat_map(|scope| scope.all(ssrc)).map(|(_, ssrc)| ssrc).collect(),
        }
    }
}

impl<'a> SectionOffer<'a> {
    fn new(section: &Section<'a>) -> Self {
        let mut mids = section.scope.named("mid").map(|attribute| attribute.value.trim());
        let mut first_rtpmap = section.scope.all(|a| match a {
            SdpAttribute::Rtpmap(map) if map.payload_type.to_string() == section.fields.first_format => Some(map),
            _ => None,
        });
        Self {
            fields: section.fields,
            mid: mids.find(|mid| is_token(mid)),
            first_rtpmap: first_rtpmap
                .next()
                .map(|(_, map)| map.to_string())
                .filter(|map| map.split(' ').all(is_token)),
        }
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
fn choose_audio(document: &Document<'_>, findings: &mut Vec<Finding>) -> Option<(usize, Audio)> {
    let mut first_refusal = None;
    for (index, section) in document.sections.iter().enumerate().filter(|(_, section)| section.is_audio()) {
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

/// Sections beside the one that carries the call.
fn note_others(document: &Document<'_>, audio: usize, carrier: Option<usize>, findings: &mut Vec<Finding>) {
    for (index, section) in document.sections.iter().enumerate().filter(|(index, _)| *index != audio) {
        let rule = if Some(index) == carrier { rule::SECTION_INACTIVE } else { rule::SECTION_REJECTED };
        findings.push(rule.at(section.line, format!("m={}", quoted(section.fields.media))));
    }
}

/// Attributes that could not be read and that nothing above needed.
fn check_readable(document: &Document<'_>, findings: &mut Vec<Finding>) {
    let unreadable = document.scopes().flat_map(|scope| &scope.attributes).filter_map(|attribute| {
        Some(rule::IGNORED_ATTRIBUTE.at(attribute.line, attribute.label()).note(&attribute.unreadable()?))
    });
    let unreported: Vec<_> =
        unreadable.filter(|new| findings.iter().all(|old| old.line != new.line)).take(IGNORED_MAX).collect();
    findings.extend(unreported);
}

/// Warnings about unreadable attributes that are worth listing.
const IGNORED_MAX: usize = 20;
