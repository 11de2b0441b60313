//! ICE credentials, certificate fingerprints and the DTLS role of a section.

use webrtc_sdp::attribute_type::{
    SdpAttribute, SdpAttributeFingerprint, SdpAttributeFingerprintHashType as Hash, SdpAttributeSetup as Setup,
};

use super::document::{Document, Scope, Section};
use super::finding::Finding;
use super::rule::{self, Rule};
use crate::{Fingerprint, IceCredentials};

/// Where the attributes of a section stand, the level that counts first in front.
pub(super) struct Levels<'d, 'a> {
    pub(super) section: &'d Section<'a>,
    scopes: Vec<&'d Scope<'a>>,
}

impl<'d, 'a> Levels<'d, 'a> {
    /// Attributes of the media: the section's own, else the session's.
    pub(super) fn of_media(document: &'d Document<'a>, section: &'d Section<'a>) -> Self {
        Self { section, scopes: vec![&section.scope, &document.session] }
    }

    /// Attributes of the transport: those of the section that carries the BUNDLE group stand above the section's own
    /// (RFC 9143 section 7.1.3), which a `bundle-only` section lacks.
    pub(super) fn of_transport(
        document: &'d Document<'a>,
        section: &'d Section<'a>,
        carrier: Option<&'d Section<'a>>,
    ) -> Self {
        let carrier = carrier.map(|carrier| [&carrier.scope, &document.session]);
        let own = [&section.scope, &document.session];
        Self { section, scopes: carrier.into_iter().flatten().chain(own).collect() }
    }

    /// The values of the first level that has any.
    pub(super) fn first<T>(&self, pick: impl Fn(&'d SdpAttribute) -> Option<T>) -> Vec<(usize, T)> {
        let values = self.scopes.iter().map(|scope| scope.all(&pick).collect::<Vec<_>>());
        values.into_iter().find(|values| !values.is_empty()).unwrap_or_default()
    }

    /// For something needed that was not found: the line that should hold it, if it is there but not readable.
    pub(super) fn missing(&self, name: &str, otherwise: &'static Rule) -> Finding {
        let mut named = self.scopes.iter().flat_map(|scope| scope.named(name));
        named
            .find_map(|a| Some(rule::UNREADABLE_ATTRIBUTE.at(a.line, a.label()).note(&a.unreadable()?)))
            .unwrap_or_else(|| otherwise.at(self.section.line, format!("a={name}")))
    }
}

/// The peer's ICE credentials.
pub(super) fn ice(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) -> Option<IceCredentials> {
    let ufrags = levels.first(|a| if let SdpAttribute::IceUfrag(ufrag) = a { Some(ufrag) } else { None });
    let pwds = levels.first(|a| if let SdpAttribute::IcePwd(pwd) = a { Some(pwd) } else { None });
    let ufrag = credential(levels, "ice-ufrag", ufrags, UFRAG_CHARACTERS_MIN, findings);
    let pwd = credential(levels, "ice-pwd", pwds, PWD_CHARACTERS_MIN, findings);
    Some(IceCredentials { ufrag: ufrag?, pwd: pwd? })
}

fn credential(
    levels: &Levels<'_, '_>,
    name: &str,
    values: Vec<(usize, &String)>,
    characters_min: usize,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let Some((line, value)) = values.into_iter().next() else {
        findings.push(levels.missing(name, &rule::NO_ICE_CREDENTIALS));
        return None;
    };
    let is_ice_char = |b: u8| b.is_ascii_alphanumeric() || b == b'+' || b == b'/';
    if (characters_min..=CREDENTIAL_CHARACTERS_MAX).contains(&value.len()) && value.bytes().all(is_ice_char) {
        return Some(value.clone());
    }
    findings.push(rule::MALFORMED_ICE_CREDENTIALS.at(line, format!("a={name}")));
    None
}

/// The fingerprints that the peer's certificate may match.
pub(super) fn fingerprints(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) -> Option<Vec<Fingerprint>> {
    let offered = levels.first(|a| if let SdpAttribute::Fingerprint(f) = a { Some(f) } else { None });
    let (strong, weak): (Vec<_>, Vec<_>) = offered.into_iter().partition(|(_, f)| accepted(f).is_some());
    let Some(&(line, _)) = strong.first() else {
        findings.push(match weak.first() {
            Some(&(line, _)) => rule::WEAK_FINGERPRINT.at(line, "a=fingerprint"),
            None => unknown_hash(levels).unwrap_or_else(|| levels.missing("fingerprint", &rule::NO_FINGERPRINT)),
        });
        return None;
    };
    findings.extend(weak.iter().map(|&(line, _)| rule::WEAK_FINGERPRINT_IGNORED.at(line, "a=fingerprint")));
    if strong.len() > 1 {
        findings.push(rule::SEVERAL_FINGERPRINTS.at(line, "a=fingerprint"));
    }
    Some(strong.into_iter().filter_map(|(_, f)| accepted(f)).collect())
}

fn accepted(offered: &SdpAttributeFingerprint) -> Option<Fingerprint> {
    let bytes = offered.fingerprint.as_slice();
    match offered.hash_algorithm {
        Hash::Sha256 => Some(Fingerprint::Sha256(bytes.try_into().ok()?)),
        Hash::Sha384 => Some(Fingerprint::Sha384(bytes.try_into().ok()?)),
        Hash::Sha512 => Some(Fingerprint::Sha512(bytes.try_into().ok()?)),
        Hash::Sha1 | Hash::Sha224 => None,
    }
}

/// A fingerprint whose hash the parser does not know, such as md5.
fn unknown_hash(levels: &Levels<'_, '_>) -> Option<Finding> {
    let mut named = levels.scopes.iter().flat_map(|scope| scope.named("fingerprint"));
    let unknown = named.find(|a| a.parsed.is_err() && a.unreadable().is_none())?;
    Some(rule::WEAK_FINGERPRINT.at(unknown.line, "a=fingerprint"))
}

/// Whether the relay can be the DTLS server.
pub(super) fn setup(levels: &Levels<'_, '_>, findings: &mut Vec<Finding>) {
    let offered = levels.first(|a| if let SdpAttribute::Setup(setup) = a { Some(setup) } else { None });
    match offered.first() {
        Some((_, Setup::Actpass)) => {}
        Some(&(line, Setup::Active)) => findings.push(rule::SETUP_ACTIVE.at(line, "a=setup")),
        Some(&(line, Setup::Passive)) => findings.push(rule::SETUP_PASSIVE.at(line, "a=setup")),
        Some(&(line, Setup::Holdconn)) => findings.push(rule::SETUP_HOLDCONN.at(line, "a=setup")),
        None => findings.push(levels.missing("setup", &rule::NO_SETUP)),
    }
}

// RFC 8839 section 5.4.
const UFRAG_CHARACTERS_MIN: usize = 4;
const PWD_CHARACTERS_MIN: usize = 22;
const CREDENTIAL_CHARACTERS_MAX: usize = 256;
