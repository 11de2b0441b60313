//! What payload types and header extension ids stand for, section by section.

use webrtc_sdp::attribute_type::SdpAttribute;

use crate::sdp::codec::rtpmaps;
use crate::sdp::document::{Document, Section};
use crate::sdp::transport::Levels;

/// A payload type that an `m=` line lists.
pub(super) struct Listed {
    pub(super) payload_type: u8,
    /// Of its `a=rtpmap`, else of the `m=` line.
    pub(super) line: usize,
    /// As in `a=rtpmap`, in lower case; `None` if a static payload type stands without one.
    pub(super) codec: Option<String>,
}

/// A header extension under its id.
#[derive(Clone, PartialEq)]
pub(super) struct Extension {
    pub(super) line: usize,
    pub(super) id: u16,
    pub(super) uri: String,
}

pub(super) fn listed(section: &Section<'_>) -> Vec<Listed> {
    let maps: Vec<_> = rtpmaps(section).collect();
    let listed = section.payload_types().map(|payload_type| {
        let map = maps.iter().find(|(_, map)| map.payload_type == payload_type);
        let name = |map: &webrtc_sdp::attribute_type::SdpAttributeRtpmap| {
            let channels = map.channels.unwrap_or(1);
            format!("{}/{}/{channels}", map.codec_name, map.frequency).to_lowercase()
        };
        let line = map.map_or(section.line, |(line, _)| *line);
        Listed { payload_type, line, codec: map.map(|(_, map)| name(map)) }
    });
    listed.collect()
}

/// Of the section, or of the session if it has none.
pub(super) fn extensions(document: &Document<'_>, section: &Section<'_>) -> Vec<Extension> {
    let levels = Levels::of_media(document, section);
    let maps = levels.first(|a| if let SdpAttribute::Extmap(map) = a { Some(map) } else { None });
    maps.into_iter().map(|(line, map)| Extension { line, id: map.id, uri: map.url.clone() }).collect()
}

/// The codec that a payload type stands for, if it is known.
pub(super) fn codec_of(formats: &[Listed], payload_type: u8) -> Option<&str> {
    formats.iter().find(|format| format.payload_type == payload_type)?.codec.as_deref()
}
