//! What works, but probably otherwise than its author thinks. Nothing here refuses an offer.

use std::net::IpAddr;

use webrtc_sdp::address::Address;
use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeRtpmap};

use super::audio::{self, Direction};
use super::codec::rtpmaps;
use super::document::{Document, Section};
use super::finding::Finding;
use super::transport::Levels;
use super::{rule, video};

/// Looks at the first audio section that is offered and at the first videos: at what a call may be made of.
pub(super) fn give(document: &Document<'_>, findings: &mut Vec<Finding>) {
    findings.extend(private_candidates(document));
    let offered = || document.sections.iter().filter(|section| section.is_offered());
    let audio = offered().filter(|section| section.is_audio()).take(1);
    for section in audio.chain(offered().filter(|section| section.is_video()).take(VIDEOS_MAX)) {
        findings.extend(no_msid(document, section));
        findings.extend(several_ssrcs(section));
        findings.extend(dropped_codecs(section));
        findings.extend(unlisted_format(section));
        if section.is_audio() {
            findings.extend(packet_length(section));
        }
    }
}

fn private_candidates(document: &Document<'_>) -> Option<Finding> {
    let mut candidates = document.scopes().flat_map(|scope| {
        scope.all(|a| if let SdpAttribute::Candidate(candidate) = a { Some(&candidate.address) } else { None })
    });
    let (line, first) = candidates.next()?;
    let all = is_private(first) && candidates.all(|(_, address)| is_private(address));
    all.then(|| rule::PRIVATE_CANDIDATES.at(line, "a=candidate"))
}

/// Names stand for private addresses (mDNS).
fn is_private(address: &Address) -> bool {
    match address {
        Address::Fqdn(_) => true,
        Address::Ip(IpAddr::V4(ip)) => {
            let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xC0 == 64;
            shared || ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified()
        }
        Address::Ip(IpAddr::V6(ip)) => {
            ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_loopback() || ip.is_unspecified()
        }
    }
}

fn no_msid(document: &Document<'_>, section: &Section<'_>) -> Option<Finding> {
    let direction = audio::offered_direction(&Levels::of_media(document, section));
    let sends = direction.map_or(Direction::BOTH, |(_, direction)| direction).sends;
    (sends && audio::track(section).is_none()).then(|| rule::NO_MSID.at(section.line, "a=msid"))
}

fn several_ssrcs(section: &Section<'_>) -> Option<Finding> {
    let (streams, _) = video::ssrcs(section);
    let second = *streams.get(1)?;
    let mut lines = section.scope.all(|a| match a {
        SdpAttribute::Ssrc(ssrc) if ssrc.id == second => Some(()),
        _ => None,
    });
    lines.next().map(|(line, ())| rule::SEVERAL_SSRCS.at(line, "a=ssrc").note(&format!("{} streams", streams.len())))
}

/// Nothing, if no codec is left: that is told by a rule of its own.
fn dropped_codecs(section: &Section<'_>) -> Option<Finding> {
    let mapped: Vec<&SdpAttributeRtpmap> = rtpmaps(section).map(|(_, map)| map).collect();
    let (kept, dropped): (Vec<&SdpAttributeRtpmap>, Vec<_>) = mapped.iter().partition(|map| is_carried(section, map));
    let is_unmapped = |payload_type: &u8| mapped.iter().all(|map| map.payload_type != *payload_type);
    let unmapped = section.payload_types().filter(is_unmapped).filter_map(|it| -> Option<&str> { static_codec(it) });
    let mut names: Vec<&str> = Vec::new();
    for name in dropped.into_iter().map(|map| map.codec_name.as_str()).chain(unmapped) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let label = if section.is_audio() { "m=audio" } else { "m=video" };
    let some = !kept.is_empty() && !names.is_empty();
    some.then(|| rule::CODECS_DROPPED.at(section.line, label).note(&names.join(", ")))
}

fn is_carried(section: &Section<'_>, map: &SdpAttributeRtpmap) -> bool {
    let carried = if section.is_audio() { AUDIO_CODECS } else { VIDEO_CODECS };
    carried.iter().any(|name| map.codec_name.eq_ignore_ascii_case(name))
}

/// RFC 3551 section 6, as far as WebRTC stacks offer it.
fn static_codec(payload_type: u8) -> Option<&'static str> {
    match payload_type {
        0 => Some("PCMU"),
        8 => Some("PCMA"),
        9 => Some("G722"),
        13 => Some("CN"),
        _ => None,
    }
}

fn unlisted_format(section: &Section<'_>) -> Option<Finding> {
    let mut maps = section.scope.all(|a| if let SdpAttribute::Rtpmap(map) = a { Some(map) } else { None });
    let is_unlisted = |map: &SdpAttributeRtpmap| section.payload_types().all(|listed| listed != map.payload_type);
    let (line, map) = maps.find(|(_, map)| is_unlisted(map))?;
    Some(rule::FORMAT_NOT_LISTED.at(line, "a=rtpmap").note(&format!("{} {}", map.payload_type, map.codec_name)))
}

fn packet_length(section: &Section<'_>) -> Option<Finding> {
    let mut asked = ["ptime", "maxptime"].into_iter().flat_map(|name| section.scope.named(name));
    asked.find_map(|attribute| {
        let ms = attribute.value.trim().parse().ok().filter(|&ms| is_opus_length(ms));
        let rule = match ms {
            None => &rule::PTIME_NOT_OPUS,
            Some(USUAL_MS) => return None,
            Some(ms) if ms > USUAL_MS && attribute.name.eq_ignore_ascii_case("maxptime") => return None,
            Some(_) => &rule::PTIME_NOT_KEPT,
        };
        Some(rule.at(attribute.line, attribute.label()).note(attribute.value))
    })
}

/// In whole milliseconds, rounded up (RFC 7587 section 6.1).
fn is_opus_length(ms: u32) -> bool {
    (1..=OPUS_FRAMES_MAX).any(|frames| (frames * 5).div_ceil(2) == ms)
}

const AUDIO_CODECS: &[&str] = &["opus", "telephone-event"];
const VIDEO_CODECS: &[&str] = &["H264", "VP8", "VP9", "AV1", "H265", "rtx"];
/// Of 2.5 ms: an Opus packet lasts 120 ms at most.
const OPUS_FRAMES_MAX: u32 = 48;
/// What WebRTC stacks send unless they are told otherwise.
const USUAL_MS: u32 = 20;
/// A camera and a screen.
const VIDEOS_MAX: usize = 2;
