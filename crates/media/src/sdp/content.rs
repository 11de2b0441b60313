//! What each section of an offer is good for.

use webrtc_sdp::attribute_type::SdpAttribute;

use super::audio;
use super::bundle::Bundle;
use super::document::{Document, MediaFields, Section, is_token};
use super::finding::{Finding, quoted};
use super::format;
use super::rule;
use super::transport::Levels;
use super::video::Video;

/// One section of an offer.
pub(super) struct SectionOffer<'a> {
    /// What an answer repeats of any section.
    pub(super) fields: MediaFields<'a>,
    pub(super) mid: Option<&'a str>,
    /// `a=rtpmap` of the first format. Some parsers ask for it even where a section is rejected.
    pub(super) first_rtpmap: Option<String>,
    pub(super) first_fmtp: Option<String>,
    pub(super) content: Content,
}

/// What a section is good for.
pub(super) enum Content {
    /// The audio that carries the call.
    Audio,
    /// The server's own section for the other party's audio, which the peer repeats.
    FarAudio {
        receives: bool,
    },
    Video(Video),
    /// Nothing, but its transport carries the others.
    Carrier,
    /// Nothing.
    Rejected,
}

/// Which sections are already spoken for.
pub(super) struct Places<'b> {
    pub(super) audio: usize,
    pub(super) far_audio: Option<usize>,
    pub(super) bundle: &'b Bundle,
}

impl Places<'_> {
    pub(super) fn sections<'a>(&self, document: &Document<'a>, findings: &mut Vec<Finding>) -> Vec<SectionOffer<'a>> {
        let mut sending = 0;
        let mut sections = Vec::new();
        for (index, section) in document.sections.iter().enumerate() {
            let content = self.content(document, index, findings);
            if matches!(&content, Content::Video(video) if video.direction.sends) {
                sending += 1;
                if sending > TRACKS_MAX {
                    findings.push(rule::VIDEO_TOO_MANY.at(section.line, "m=video"));
                }
            }
            sections.push(SectionOffer::new(section, content));
        }
        sections
    }

    fn content(&self, document: &Document<'_>, index: usize, findings: &mut Vec<Finding>) -> Content {
        let section = &document.sections[index];
        if index == self.audio {
            return Content::Audio;
        }
        if !section.is_offered() {
            return Content::Rejected;
        }
        if Some(index) == self.far_audio {
            let direction = audio::offered_direction(&Levels::of_media(document, section));
            return Content::FarAudio { receives: direction.is_none_or(|(_, direction)| direction.receives) };
        }
        let video = section.is_video().then(|| Video::read(document, section, self.bundle, findings));
        if let Some(Some(video)) = video {
            return Content::Video(video);
        }
        let label = || format!("m={}", quoted(section.fields.media));
        if Some(index) == self.bundle.carrier {
            findings.push(rule::SECTION_INACTIVE.at(section.line, label()));
            return Content::Carrier;
        }
        // A video section has its own finding.
        if video.is_none() {
            findings.push(rule::SECTION_REJECTED.at(section.line, label()));
        }
        Content::Rejected
    }
}

impl<'a> SectionOffer<'a> {
    fn new(section: &Section<'a>, content: Content) -> Self {
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
            first_fmtp: format::parameters(section, section.fields.first_format),
            content,
        }
    }
}

/// Video tracks of a party: camera and screen.
const TRACKS_MAX: usize = 2;
