//! Payload types of an audio section, in the offerer's numbers.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeRtpmap};

use super::document::Section;
use super::finding::Finding;
use super::rule;
use crate::TelephoneEvent;

/// The payload type of Opus: the first in the order of the `m=` line.
pub(super) fn opus(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<u8> {
    let is_opus = |map: &SdpAttributeRtpmap| {
        map.codec_name.eq_ignore_ascii_case("opus") && map.frequency == OPUS_CLOCK_RATE && map.channels == Some(2)
    };
    let mut collision = None;
    for (line, map) in rtpmaps(section).filter(|(_, map)| is_opus(map)) {
        if fits_beside_rtcp(map) {
            return Some(map.payload_type);
        }
        collision.get_or_insert(line);
    }
    let other_form = || rtpmaps(section).find(|(_, map)| map.codec_name.eq_ignore_ascii_case("opus"));
    findings.push(match (collision, other_form()) {
        (Some(line), _) => rule::PAYLOAD_TYPE_RANGE.at(line, "a=rtpmap"),
        (None, Some((line, _))) => rule::OPUS_FORM.at(line, "a=rtpmap"),
        (None, None) => rule::NO_OPUS.at(section.line, "a=rtpmap"),
    });
    None
}

/// The payload type of telephone-event: at the clock rate of Opus if offered (RFC 4733 section 2.1), else at 8000.
pub(super) fn telephone_event(section: &Section<'_>, findings: &mut Vec<Finding>) -> Option<TelephoneEvent> {
    let at = |clock_rate| {
        let fits = |map: &SdpAttributeRtpmap| {
            map.codec_name.eq_ignore_ascii_case("telephone-event")
                && map.frequency == clock_rate
                && fits_beside_rtcp(map)
        };
        let (line, map) = rtpmaps(section).find(|(_, map)| fits(map))?;
        Some((line, TelephoneEvent { payload_type: map.payload_type, clock_rate }))
    };
    if let Some((_, found)) = at(OPUS_CLOCK_RATE) {
        return Some(found);
    }
    let Some((line, found)) = at(8_000) else {
        findings.push(rule::NO_TELEPHONE_EVENT.at(section.line, "a=rtpmap"));
        return None;
    };
    findings.push(rule::TELEPHONE_EVENT_CLOCK.at(line, "a=rtpmap"));
    Some(found)
}

/// The codecs of a section in the order of its `m=` line. A second mapping of a payload type is ignored.
pub(super) fn rtpmaps<'s>(section: &'s Section<'_>) -> impl Iterator<Item = (usize, &'s SdpAttributeRtpmap)> {
    let mut by_payload_type = [None; PAYLOAD_TYPES];
    for (line, map) in section.scope.all(|a| if let SdpAttribute::Rtpmap(map) = a { Some(map) } else { None }) {
        if let Some(entry) = by_payload_type.get_mut(usize::from(map.payload_type)) {
            entry.get_or_insert((line, map));
        }
    }
    section.payload_types().filter_map(move |pt| by_payload_type.get(usize::from(pt)).copied().flatten())
}

/// RFC 5761 section 4: on a shared transport, 64 to 95 look like RTCP.
pub(super) fn fits_beside_rtcp(map: &SdpAttributeRtpmap) -> bool {
    !(64..=95).contains(&map.payload_type)
}

const OPUS_CLOCK_RATE: u32 = 48_000;
pub(super) const PAYLOAD_TYPES: usize = 128;
