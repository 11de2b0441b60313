//! One section of a leg's session, from offer to offer.

use offhook_call::TrackLabel;

use super::audio::Direction;
use super::content::{Content, SectionOffer};
use super::offer::Offer;
use super::video::Video;

/// What is known of a section, and what both sides do in it.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// Every section that is not rejected has one.
    pub(super) mid: Option<String>,
    pub(super) line: Line,
    pub(super) role: Role,
}

/// What stands in the place of a section that carries nothing.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) media: String,
    pub(super) protocol: String,
    pub(super) first_format: String,
    pub(super) first_rtpmap: Option<String>,
    /// The first format is not another one where it carries nothing (RFC 3264 section 8.3.2).
    pub(super) first_fmtp: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Role {
    OwnAudio(OwnAudio),
    /// The other party's audio, in a section of the server's offer.
    FarAudio(FarAudio),
    Video(VideoSection),
    /// Nothing, but its transport carries the others.
    Carrier,
    Rejected,
}

/// The peer's audio section, where stream A is too.
#[derive(Debug, Clone)]
pub(super) struct OwnAudio {
    pub(super) direction: Direction,
    pub(super) track: Option<String>,
    pub(super) on: bool,
}

/// What is known of the server's own audio section at the peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FarAudio {
    /// The peer's last offer did not have it.
    Announced,
    /// The peer has applied it.
    Repeated { receives: bool },
    /// The peer has stopped it.
    Declined,
}

/// A video section, which either side or both may send in: a browser that adds a track uses a section of ours.
#[derive(Debug, Clone)]
pub(super) struct VideoSection {
    /// `None` if the peer's last offer did not have the section.
    pub(super) offer: Option<Video>,
    /// What the peer sends here.
    pub(super) label: Option<TrackLabel>,
    /// The peer's last known id of its track: it is not in offers that do not send.
    pub(super) track: Option<String>,
    /// The peer's track is switched on.
    pub(super) on: bool,
    /// The other party's track that is sent here.
    pub(super) far: Option<TrackLabel>,
    /// The peer has stopped the section.
    pub(super) declined: bool,
}

impl Section {
    pub(super) fn new(section: &SectionOffer<'_>, offer: &Offer<'_>, before: Option<&Self>) -> Self {
        let line = Line {
            media: section.fields.media.to_owned(),
            protocol: section.fields.protocol.to_owned(),
            first_format: section.fields.first_format.to_owned(),
            first_rtpmap: section.first_rtpmap.clone(),
            first_fmtp: section.first_fmtp.clone(),
        };
        let before = before.map(|before| &before.role);
        Self { mid: section.mid.map(str::to_owned), line, role: Role::new(section, offer, before) }
    }

    /// Whether the peer repeats the section in the same place.
    pub(super) fn is_repeated_by(&self, section: &SectionOffer<'_>) -> bool {
        self.mid.as_deref() == section.mid && self.mid.is_some() && self.line.media == section.fields.media
    }
}

impl Role {
    fn new(section: &SectionOffer<'_>, offer: &Offer<'_>, before: Option<&Self>) -> Self {
        match &section.content {
            Content::Audio => Self::OwnAudio(OwnAudio::new(offer, before)),
            Content::FarAudio { receives } => Self::FarAudio(FarAudio::Repeated { receives: *receives }),
            Content::Video(video) => Self::Video(VideoSection::new(video, before)),
            Content::Carrier => Self::Carrier,
            Content::Rejected => match before {
                Some(Self::FarAudio(_)) => Self::FarAudio(FarAudio::Declined),
                Some(Self::Video(video)) if video.far.is_some() => {
                    Self::Video(VideoSection { offer: None, label: None, declined: true, ..video.clone() })
                }
                Some(Self::Video(_) | Self::OwnAudio(_) | Self::Carrier | Self::Rejected) | None => Self::Rejected,
            },
        }
    }
}

impl OwnAudio {
    fn new(offer: &Offer<'_>, before: Option<&Role>) -> Self {
        let before = if let Some(Role::OwnAudio(before)) = before { Some(before) } else { None };
        Self {
            direction: offer.audio.direction,
            track: offer.audio.track.clone().or_else(|| before?.track.clone()),
            on: before.is_none_or(|before| before.on),
        }
    }
}

impl VideoSection {
    fn new(video: &Video, before: Option<&Role>) -> Self {
        let before = if let Some(Role::Video(before)) = before { Some(before) } else { None };
        Self {
            offer: Some(video.clone()),
            label: before.and_then(|before| before.label),
            track: video.track.clone().or_else(|| before?.track.clone()),
            on: before.is_none_or(|before| before.on),
            far: before.and_then(|before| before.far),
            declined: false,
        }
    }

    /// A section in which the peer sends nothing yet.
    pub(super) fn for_far(label: TrackLabel) -> Self {
        Self { offer: None, label: None, track: None, on: true, far: Some(label), declined: false }
    }

    pub(super) fn peer_sends(&self) -> bool {
        self.offer.as_ref().is_some_and(|offer| offer.direction.sends)
    }
}
