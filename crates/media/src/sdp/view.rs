//! What a text of the server says of each section.

use offhook_call::TrackLabel;

use super::audio::Direction;
use super::extension;
use super::format::Format;
use super::match_up::Matched;
use super::ours::VideoSsrcs;
use super::section::{FarAudio, OwnAudio, Role, Section, VideoSection};
use super::video::Feedback;
use crate::VideoExtensions;

/// The two texts that the server writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text {
    /// To the peer's last offer: its sections and no more.
    Answer,
    /// The server's own.
    Offer,
}

/// A section as a text says it.
pub(super) enum View {
    Rejected,
    /// Open, but without media.
    Carrier,
    Audio(AudioView),
    Video(VideoView),
}

pub(super) struct AudioView {
    /// The server's.
    pub(super) direction: Direction,
    pub(super) msid: Option<String>,
    /// The SSRC under which the server sends.
    pub(super) ssrc: Option<u32>,
}

pub(super) struct VideoView {
    /// The server's.
    pub(super) direction: Direction,
    pub(super) msid: Option<String>,
    /// The SSRCs under which the server sends.
    pub(super) ssrcs: Option<VideoSsrcs>,
    /// Never empty.
    pub(super) formats: Vec<Format>,
    pub(super) extensions: VideoExtensions,
    pub(super) feedback: Feedback,
}

/// What a peer needs to hear again if it changes, of one section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    mid: Option<String>,
    direction: Direction,
    payload_types: Vec<u8>,
}

impl<'s> Matched<'s> {
    pub(super) fn views(&self, text: Text) -> Vec<(&'s Section, View)> {
        let sections = match text {
            Text::Answer => &self.own.sections[..self.own.offered],
            Text::Offer => &self.own.sections[..],
        };
        sections.iter().map(|section| (section, self.view(section, text))).collect()
    }

    /// What the text tells of the other party's tracks, and of the formats that the peer may send. The peer's own audio
    /// is no part of it: what is said of that never needs to be said alone.
    pub(super) fn told(&self, text: Text) -> Vec<Told> {
        let told = |(section, view): (&Section, View)| match (&section.role, view) {
            (Role::FarAudio(_), View::Audio(audio)) => Some(Told::new(section, audio.direction, Vec::new())),
            (_, View::Video(video)) => {
                let payload_types = video.formats.iter().flat_map(Format::payload_types).collect();
                Some(Told::new(section, video.direction, payload_types))
            }
            (_, View::Audio(_) | View::Carrier | View::Rejected) => None,
        };
        self.views(text).into_iter().filter_map(told).collect()
    }

    fn view(&self, section: &Section, text: Text) -> View {
        match &section.role {
            Role::OwnAudio(audio) => View::Audio(self.own_audio(audio, text)),
            Role::FarAudio(FarAudio::Declined) | Role::Rejected => View::Rejected,
            Role::FarAudio(audio) => View::Audio(self.far_audio(*audio, text)),
            Role::Video(video) if video.declined => View::Rejected,
            Role::Video(video) => self.video(video, text).map_or(View::Carrier, View::Video),
            Role::Carrier => View::Carrier,
        }
    }

    /// The section in which the peer sends, and stream A is until the peer hears stream B. It echoes the peer's track.
    fn own_audio(&self, audio: &OwnAudio, text: Text) -> AudioView {
        let sends = text == Text::Answer && self.own.hears_in_own_section();
        AudioView {
            direction: Direction { sends, receives: audio.direction.sends },
            msid: audio.track.as_ref().map(|track| format!("- {track}")),
            ssrc: sends.then_some(self.own.ours.ssrc_a),
        }
    }

    /// Declared also while it is off: a browser that loses the SSRC in between never plays the track again.
    fn far_audio(&self, audio: FarAudio, text: Text) -> AudioView {
        let wanted = match (audio, text) {
            (_, Text::Offer) => true,
            (FarAudio::Repeated { receives }, Text::Answer) => receives,
            (FarAudio::Announced | FarAudio::Declined, Text::Answer) => false,
        };
        let ours = &self.own.ours;
        let sends = wanted && self.far_sends_audio();
        AudioView {
            direction: Direction { sends, receives: false },
            msid: wanted.then(|| format!("{} {}", ours.stream(TrackLabel::DefaultAudio), ours.ssrc_b)),
            ssrc: wanted.then_some(ours.ssrc_b),
        }
    }

    /// `None` if there is no format that both parties know.
    fn video(&self, video: &VideoSection, text: Text) -> Option<VideoView> {
        let formats = self.formats(video);
        if formats.is_empty() {
            return None;
        }
        let wanted = match text {
            Text::Offer => true,
            Text::Answer => video.offer.as_ref().is_some_and(|offer| offer.direction.receives),
        };
        let sends = wanted && self.far_sends_video(video);
        let far = video.far.filter(|_| wanted);
        let direction = Direction { sends, receives: self.takes_video(video) };
        let extensions = match &video.offer {
            Some(offer) => extension::common(offer.extensions, self.extensions()),
            None => self.extensions(),
        };
        let feedback = self.feedback(video);
        Some(VideoView {
            direction,
            msid: self.msid(video, far),
            ssrcs: far.map(|label| self.own.ours.video(label)),
            formats,
            extensions,
            feedback,
        })
    }

    fn msid(&self, video: &VideoSection, far: Option<TrackLabel>) -> Option<String> {
        let ours = &self.own.ours;
        let far = far.map(|label| format!("{} {}", ours.stream(label), ours.video(label).media));
        far.or_else(|| video.track.as_ref().filter(|_| video.peer_sends()).map(|track| format!("- {track}")))
    }
}

impl Told {
    fn new(section: &Section, direction: Direction, payload_types: Vec<u8>) -> Self {
        Self { mid: section.mid.clone(), direction, payload_types }
    }
}
