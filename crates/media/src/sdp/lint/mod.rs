//! Texts judged without a call: one offer, an offer after another, an answer beside its offer.

mod again;
mod answer;
mod format;

use super::document::{Document, Section};
use super::finding::{Finding, Subject};
use super::offer::{FarAudioPlace, read};
use super::transport::Levels;
use super::{audio, rule};

/// Every finding about a first offer, the worst first, then by line. Any text is welcome.
pub fn lint(offer: &str) -> Vec<Finding> {
    read(offer, None).findings
}

/// Every finding about an offer that follows another one on the same connection.
pub fn lint_again(previous: &str, offer: &str) -> Vec<Finding> {
    let (before, after) = match (Document::read(previous), Document::read(offer)) {
        (Ok(before), Ok(after)) => (before, after),
        (before, _) => return unreadable(before.err(), previous, Subject::Previous, lint(offer)),
    };
    let far_audio = far_audio(&after);
    let mut findings = read(offer, far_audio).findings;
    // A connection that exists keeps its roles (RFC 8842 section 5.5), and its voices may have a section each.
    let is_usual = |rule| rule == rule::SETUP_ACTIVE.name || rule == rule::AUDIO_ONE_WAY.name && far_audio.is_some();
    findings.retain(|finding| !is_usual(finding.rule));
    again::compare(&before, &after, previous.trim() == offer.trim(), &mut findings);
    Finding::tell(&mut findings, Subject::Offer, offer);
    findings
}

/// Every finding about an answer and its offer. An offer of a server's own, which is ICE-lite, is not for servers, so
/// nothing is said about it alone.
pub fn lint_answer(offer: &str, answer: &str) -> Vec<Finding> {
    let (offered, answered) = match (Document::read(offer), Document::read(answer)) {
        (Ok(offered), Ok(answered)) => (offered, answered),
        (Ok(_), Err(findings)) => return unreadable(Some(findings), answer, Subject::Answer, lint(offer)),
        (Err(_), _) => return lint(offer),
    };
    let is_servers = offered.session.named("ice-lite").next().is_some();
    let mut findings = if is_servers { Vec::new() } else { lint(offer) };
    let mut own = Vec::new();
    answer::compare(&offered, &answered, &mut own);
    Finding::tell(&mut own, Subject::Answer, answer);
    findings.append(&mut own);
    findings.sort_by_key(|finding| finding.severity);
    findings
}

fn unreadable(about: Option<Vec<Finding>>, text: &str, subject: Subject, mut others: Vec<Finding>) -> Vec<Finding> {
    let mut findings = about.unwrap_or_default();
    Finding::tell(&mut findings, subject, text);
    findings.append(&mut others);
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// The server's own audio section, as a later offer repeats it: the second, in which the peer does not send.
fn far_audio<'d>(document: &'d Document<'_>) -> Option<FarAudioPlace<'d>> {
    let mut audios = document.sections.iter().enumerate().filter(|(_, section)| section.is_audio());
    let (index, section) = audios.nth(1)?;
    let sends = audio::offered_direction(&Levels::of_media(document, section)).is_none_or(|(_, way)| way.sends);
    let (_, mid) = section.mid().filter(|_| !sends)?;
    Some(FarAudioPlace { index, mid })
}

/// Sections that stand in the same place.
fn pairs<'d, 'a>(
    one: &'d Document<'a>,
    other: &'d Document<'a>,
) -> impl Iterator<Item = (&'d Section<'a>, &'d Section<'a>)> {
    one.sections.iter().zip(&other.sections)
}
