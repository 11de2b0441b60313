//! Header extensions: their URIs, and the ids that a peer gives them.
//!
//! Within a BUNDLE group an id means the same in every section (RFC 9143 section 9.2), so a leg has one id for a URI.

use webrtc_sdp::attribute_type::{SdpAttribute, SdpAttributeDirection, SdpAttributeExtmap};

use super::document::Document;
use super::transport::Levels;
use crate::VideoExtensions;

pub(super) const MID_URI: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
pub(super) const LEVEL_URI: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// The id under which both sides may send a header extension.
///
/// `None` if it is offered for one direction only, if the id needs two-byte headers (RFC 8285 section 4.3), or if the
/// id is given to another extension too.
pub(super) fn id(levels: &Levels<'_, '_>, uri: &str) -> Option<u8> {
    let offered = levels.first(extmap);
    let both_ways = |map: &SdpAttributeExtmap| matches!(map.direction, None | Some(SdpAttributeDirection::Sendrecv));
    let (_, map) = offered.iter().find(|(_, map)| map.url == uri && both_ways(map))?;
    let unique = offered.iter().filter(|(_, other)| other.id == map.id).count() == 1;
    u8::try_from(map.id).ok().filter(|id| unique && (1..=ONE_BYTE_ID_MAX).contains(id))
}

/// The ids of a video section.
pub(super) fn of_video(levels: &Levels<'_, '_>) -> VideoExtensions {
    let mut ids = VideoExtensions::default();
    for (uri, slot) in slots(&mut ids) {
        *slot = id(levels, uri);
    }
    ids
}

/// All ids that the offer gives to anything.
pub(super) fn taken(document: &Document<'_>) -> Vec<u8> {
    let maps = document.scopes().flat_map(|scope| scope.all(extmap));
    maps.filter_map(|(_, map)| u8::try_from(map.id).ok()).collect()
}

/// The id of transport-wide congestion control anywhere in the offer: it means the same in sections to come.
pub(super) fn transport_wide_cc(document: &Document<'_>) -> Option<u8> {
    let mut sections = document.sections.iter();
    sections.find_map(|section| id(&Levels::of_media(document, section), TRANSPORT_WIDE_CC_URI))
}

/// The lowest id that nothing has.
pub(super) fn unused(taken: &[u8]) -> Option<u8> {
    (1..=ONE_BYTE_ID_MAX).find(|id| !taken.contains(id))
}

/// As `a=extmap` lists them.
pub(super) fn listed(ids: VideoExtensions) -> impl Iterator<Item = (u8, &'static str)> {
    let mut ids = ids;
    slots(&mut ids).map(|(uri, id)| (*id, uri)).into_iter().filter_map(|(id, uri)| Some((id?, uri)))
}

/// Those of `ids` that `keep` has too. The MID is each leg's own matter.
pub(super) fn common(ids: VideoExtensions, mut keep: VideoExtensions) -> VideoExtensions {
    let mut common = ids;
    keep.mid = ids.mid;
    for ((_, id), (_, kept)) in slots(&mut common).into_iter().zip(slots(&mut keep)) {
        *id = id.filter(|_| kept.is_some());
    }
    common
}

/// `ids`, and of the others those that `more` has.
pub(super) fn union(ids: VideoExtensions, mut more: VideoExtensions) -> VideoExtensions {
    let mut union = ids;
    for ((_, id), (_, other)) in slots(&mut union).into_iter().zip(slots(&mut more)) {
        *id = id.or(*other);
    }
    union
}

fn slots(ids: &mut VideoExtensions) -> [(&'static str, &mut Option<u8>); 9] {
    [
        (MID_URI, &mut ids.mid),
        (TRANSPORT_WIDE_CC_URI, &mut ids.transport_wide_cc),
        ("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time", &mut ids.abs_send_time),
        ("urn:3gpp:video-orientation", &mut ids.orientation),
        ("http://www.webrtc.org/experiments/rtp-hdrext/video-content-type", &mut ids.content_type),
        ("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay", &mut ids.playout_delay),
        ("http://www.webrtc.org/experiments/rtp-hdrext/color-space", &mut ids.color_space),
        ("http://www.webrtc.org/experiments/rtp-hdrext/video-timing", &mut ids.video_timing),
        (
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
            &mut ids.dependency_descriptor,
        ),
    ]
}

fn extmap(attribute: &SdpAttribute) -> Option<&SdpAttributeExtmap> {
    if let SdpAttribute::Extmap(map) = attribute { Some(map) } else { None }
}

const TRANSPORT_WIDE_CC_URI: &str = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
/// RFC 8285 section 4.2.
const ONE_BYTE_ID_MAX: u8 = 14;
