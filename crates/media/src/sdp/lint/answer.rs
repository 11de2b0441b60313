//! Whether an answer fits its offer.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeSetup as Setup};

use super::format;
use super::pairs;
use crate::sdp::audio::{self, Direction};
use crate::sdp::bundle::bundled_mids;
use crate::sdp::document::{Document, Section};
use crate::sdp::finding::Finding;
use crate::sdp::offer::check_readable;
use crate::sdp::rule;
use crate::sdp::transport::{self, Levels};

pub(super) fn compare(offer: &Document<'_>, answer: &Document<'_>, findings: &mut Vec<Finding>) {
    let (offered, answered) = (offer.sections.len(), answer.sections.len());
    if offered != answered {
        let counts = format!("{answered}, the offer has {offered}");
        findings.push(rule::ANSWER_SECTION_COUNT.whole().note(&counts));
    }
    let mut accepted = Vec::new();
    for (asked, given) in pairs(offer, answer) {
        let mid = |section: &Section<'_>| section.mid().map(|(_, mid)| mid.to_owned());
        if asked.fields.media != given.fields.media || given.mid().is_some() && mid(asked) != mid(given) {
            findings.push(rule::ANSWER_SECTION_ORDER.at(given.line, label(given)));
            break;
        }
        if given.is_offered() {
            accepted.push((asked, given));
        } else if asked.is_offered() {
            findings.push(rule::ANSWER_REJECTED.at(given.line, label(given)));
        }
    }
    for (asked, given) in &accepted {
        let (asked, given) = ((offer, *asked), (answer, *given));
        direction(asked, given, findings);
        multiplexing(asked, given, findings);
        formats(asked.1, given.1, findings);
        extensions(asked, given, findings);
    }
    if let Some((asked, given)) = accepted.first() {
        connection((offer, asked), (answer, given), findings);
    }
    check_readable(answer, findings);
}

type Place<'d, 'a> = (&'d Document<'a>, &'d Section<'a>);

fn direction(asked: Place<'_, '_>, given: Place<'_, '_>, findings: &mut Vec<Finding>) {
    let way = |(document, section)| audio::offered_direction(&Levels::of_media(document, section));
    let asked = way(asked).map_or(Direction::BOTH, |(_, direction)| direction);
    let (line, answered) = way(given).unwrap_or((given.1.line, Direction::BOTH));
    if answered.sends && !asked.receives || answered.receives && !asked.sends {
        findings.push(rule::ANSWER_DIRECTION.at(line, label(given.1)));
    }
}

fn multiplexing(asked: Place<'_, '_>, given: Place<'_, '_>, findings: &mut Vec<Finding>) {
    let ((offer, asked), (answer, given)) = (asked, given);
    let is_bundled = |document| asked.mid().is_some_and(|(_, mid)| bundled_mids(document).any(|member| member == mid));
    if is_bundled(offer) && !is_bundled(answer) {
        findings.push(rule::ANSWER_NO_BUNDLE.at(given.line, "a=group"));
    }
    let has_mux = |section: &Section<'_>| section.scope.named("rtcp-mux").next().is_some();
    if has_mux(asked) && !has_mux(given) {
        findings.push(rule::ANSWER_NO_RTCP_MUX.at(given.line, "a=rtcp-mux"));
    }
}

fn formats(asked: &Section<'_>, given: &Section<'_>, findings: &mut Vec<Finding>) {
    if !given.is_audio() && !given.is_video() {
        return;
    }
    let (offered, answered) = (format::listed(asked), format::listed(given));
    let is_offered = |number: u8| offered.iter().any(|format| format.payload_type == number);
    if !answered.iter().any(|format| is_offered(format.payload_type)) {
        findings.push(rule::ANSWER_NO_CODEC.at(given.line, label(given)));
        return;
    }
    for format in &answered {
        let (was, is) = (format::codec_of(&offered, format.payload_type), format.codec.as_deref());
        if !is_offered(format.payload_type) {
            findings.push(rule::ANSWER_FORMAT_NEW.at(format.line, "a=rtpmap").note(is.unwrap_or_default()));
        } else if was.is_some() && is.is_some() && was != is {
            findings.push(rule::ANSWER_FORMAT_CHANGED.at(format.line, "a=rtpmap").note(is.unwrap_or_default()));
        }
    }
}

fn extensions(asked: Place<'_, '_>, given: Place<'_, '_>, findings: &mut Vec<Finding>) {
    let (offered, answered) = (format::extensions(asked.0, asked.1), format::extensions(given.0, given.1));
    let is_offered = |new: &format::Extension| offered.iter().any(|old| old.id == new.id && old.uri == new.uri);
    let foreign = answered.iter().find(|extension| !is_offered(extension));
    findings
        .extend(foreign.map(|extension| rule::ANSWER_EXTENSION.at(extension.line, "a=extmap").note(&extension.uri)));
}

/// What makes the transport, which the sections share.
fn connection(asked: Place<'_, '_>, given: Place<'_, '_>, findings: &mut Vec<Finding>) {
    let answered = Levels::of_transport(given.0, given.1, None);
    transport::ice(&answered, findings);
    transport::fingerprints(&answered, findings);
    let role = |levels: &Levels<'_, '_>| {
        let roles = levels.first(|a| if let SdpAttribute::Setup(setup) = a { Some(setup.clone()) } else { None });
        roles.into_iter().next()
    };
    let offered = role(&Levels::of_transport(asked.0, asked.1, None)).map(|(_, setup)| setup);
    let fits = |setup: &Setup| match setup {
        Setup::Active => !matches!(offered, Some(Setup::Active)),
        Setup::Passive => !matches!(offered, Some(Setup::Passive)),
        Setup::Actpass | Setup::Holdconn => false,
    };
    let (line, chosen) = match role(&answered) {
        Some((line, setup)) => (line, Some(setup)),
        None => (given.1.line, None),
    };
    if !chosen.as_ref().is_some_and(fits) {
        findings.push(rule::ANSWER_SETUP.at(line, "a=setup"));
    }
}

fn label(section: &Section<'_>) -> String {
    format!("m={}", section.fields.media)
}
