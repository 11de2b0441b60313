//! What must not change from one offer to the next.

use webrtc_sdp::attribute_type::SdpAttribute;

use super::format::{self, Listed};
use super::pairs;
use crate::sdp::document::{Document, Section};
use crate::sdp::finding::Finding;
use crate::sdp::rule;

pub(super) fn compare(before: &Document<'_>, after: &Document<'_>, is_same: bool, findings: &mut Vec<Finding>) {
    origin(before, after, is_same, findings);
    connection(before, after, findings);
    if let (true, Some(last)) = (after.sections.len() < before.sections.len(), after.sections.last()) {
        let counts = format!("{} before, {} now", before.sections.len(), after.sections.len());
        findings.push(rule::REMOVED_SECTION.at(last.line, label(last)).note(&counts));
    }
    for (index, (old, new)) in pairs(before, after).enumerate() {
        if place(before, index, old, new, findings) {
            formats(old, new, findings);
            extensions((before, old), (after, new), findings);
        }
    }
}

fn origin(before: &Document<'_>, after: &Document<'_>, is_same: bool, findings: &mut Vec<Finding>) {
    let (old, new) = (&before.origin, &after.origin);
    if old.session_id != new.session_id {
        findings.push(rule::CHANGED_ORIGIN.at(after.origin_line, "o="));
    } else if old.session_version >= new.session_version && !is_same {
        findings.push(rule::VERSION_NOT_RAISED.at(after.origin_line, "o="));
    }
}

fn connection(before: &Document<'_>, after: &Document<'_>, findings: &mut Vec<Finding>) {
    let fingerprints = |document| {
        values(document, |a| match a {
            SdpAttribute::Fingerprint(fingerprint) => Some(fingerprint.to_string()),
            _ => None,
        })
    };
    let ufrags =
        |document| values(document, |a| if let SdpAttribute::IceUfrag(it) = a { Some(it.clone()) } else { None });
    let pwds = |document| values(document, |a| if let SdpAttribute::IcePwd(it) = a { Some(it.clone()) } else { None });
    let changed = |old: Vec<(usize, String)>, new: Vec<(usize, String)>| {
        let is_known = |value: &String| old.iter().any(|(_, known)| known == value);
        new.into_iter().find(|(_, value)| !old.is_empty() && !is_known(value)).map(|(line, _)| line)
    };
    if let Some(line) = changed(fingerprints(before), fingerprints(after)) {
        findings.push(rule::NEW_CONNECTION.at(line, "a=fingerprint"));
        return;
    }
    match (changed(ufrags(before), ufrags(after)), changed(pwds(before), pwds(after))) {
        (Some(line), Some(_)) => findings.push(rule::ICE_RESTART.at(line, "a=ice-ufrag")),
        (Some(line), None) => findings.push(rule::HALF_ICE_RESTART.at(line, "a=ice-ufrag")),
        (None, Some(line)) => findings.push(rule::HALF_ICE_RESTART.at(line, "a=ice-pwd")),
        (None, None) => {}
    }
}

/// Whether the section is still the one that stood in its place.
fn place(
    before: &Document<'_>,
    index: usize,
    old: &Section<'_>,
    new: &Section<'_>,
    findings: &mut Vec<Finding>,
) -> bool {
    // A place that was given up may be used anew (RFC 3264 section 8.1).
    if !old.is_offered() {
        return false;
    }
    let (old_mid, new_mid) = (old.mid().map(|(_, mid)| mid), new.mid());
    let stood_elsewhere = |mid| before.sections.iter().position(|other| other.mid().is_some_and(|(_, it)| it == mid));
    match new_mid {
        Some((line, mid)) if old_mid != Some(mid) => {
            let elsewhere = stood_elsewhere(mid).is_some_and(|other| other != index);
            let rule = if elsewhere { &rule::MOVED_SECTION } else { &rule::RENAMED_SECTION };
            findings.push(rule.at(line, "a=mid").note(mid));
            return false;
        }
        Some(_) | None => {}
    }
    if old.fields.media != new.fields.media {
        findings.push(rule::CHANGED_MEDIA.at(new.line, label(new)));
        return false;
    }
    true
}

fn formats(old: &Section<'_>, new: &Section<'_>, findings: &mut Vec<Finding>) {
    let (old, new) = (format::listed(old), format::listed(new));
    let reused = new.iter().find(|format| {
        let (before, now) = (format::codec_of(&old, format.payload_type), format.codec.as_deref());
        before.is_some() && now.is_some() && before != now
    });
    if let Some(format) = reused {
        findings.push(rule::PAYLOAD_TYPE_REUSED.at(format.line, "a=rtpmap"));
        return;
    }
    let moved = new.iter().find(|format| {
        let before = only(&old, format.codec.as_deref());
        only(&new, format.codec.as_deref()).is_some()
            && before.is_some_and(|before| before.payload_type != format.payload_type)
    });
    findings.extend(moved.map(|format| rule::CODEC_RENUMBERED.at(format.line, "a=rtpmap")));
}

/// The format of a codec that only one format has: H264 has several, told apart by their parameters.
fn only<'f>(formats: &'f [Listed], codec: Option<&str>) -> Option<&'f Listed> {
    let mut of_codec = formats.iter().filter(|format| codec.is_some() && format.codec.as_deref() == codec);
    of_codec.next().filter(|_| of_codec.next().is_none())
}

fn extensions(old: (&Document<'_>, &Section<'_>), new: (&Document<'_>, &Section<'_>), findings: &mut Vec<Finding>) {
    let (old, new) = (format::extensions(old.0, old.1), format::extensions(new.0, new.1));
    let changed = new.iter().find(|now| old.iter().any(|before| before.id == now.id && before.uri != now.uri));
    findings.extend(changed.map(|extension| rule::EXTENSION_RENUMBERED.at(extension.line, "a=extmap")));
}

fn values(document: &Document<'_>, pick: impl Fn(&SdpAttribute) -> Option<String>) -> Vec<(usize, String)> {
    document.scopes().flat_map(|scope| scope.all(&pick).collect::<Vec<_>>()).collect()
}

fn label(section: &Section<'_>) -> String {
    format!("m={}", section.fields.media)
}
