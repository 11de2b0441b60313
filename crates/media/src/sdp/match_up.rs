//! What the two legs of a call have in common: codecs, header extensions, and which tracks are on.

use offhook_call::TrackLabel;

use super::extension;
use super::format::{ASSUMED, Format};
use super::section::{Line, Role, Section, VideoSection};
use super::session::Session;
use super::video::Feedback;
use crate::{AudioSpec, LegSpec, VideoExtensions, VideoFormat, VideoIn, VideoOut, VideoSpec};

/// One leg of a call, seen together with the other one. Without the other one, everything that could be carried is.
#[derive(Clone, Copy)]
pub(super) struct Matched<'s> {
    pub(super) own: &'s Session,
    pub(super) far: Option<&'s Session>,
}

impl Session {
    /// Adds a section for each track that the other party has switched on and that this leg can get.
    pub(super) fn follow(&mut self, far: &Self) {
        for label in [TrackLabel::DefaultVideo, TrackLabel::ScreenVideo] {
            let formats = Matched { own: self, far: Some(far) }.formats_for_far();
            let is_there = self.videos().any(|(_, video)| video.far == Some(label));
            let Some(first) = formats.first().filter(|_| !is_there && far.sends_video(label)) else { continue };
            let line = Line {
                media: "video".to_owned(),
                protocol: self.peer.protocol.clone(),
                first_format: first.wire.payload_type.to_string(),
                first_rtpmap: Some(first.rtpmap()),
                first_fmtp: first.parameters.clone(),
            };
            self.append(Role::Video(VideoSection::for_far(label)), line, None);
        }
    }

    fn sends_audio(&self) -> bool {
        let audio = self.own_audio();
        audio.direction.sends && audio.on
    }

    fn sends_video(&self, label: TrackLabel) -> bool {
        self.videos().any(|(_, video)| video.label == Some(label) && video.peer_sends() && video.on)
    }

    /// The video formats of the peer; `None` if it never offered any.
    fn formats(&self) -> Option<&[Format]> {
        self.videos().find_map(|(_, video)| Some(video.offer.as_ref()?.formats.as_slice()))
    }

    /// The ids of header extensions for video. A peer that never offered video is taken to know what congestion control
    /// needs: it is to be sent video all the same.
    fn extensions(&self) -> VideoExtensions {
        let offered = self.videos().filter_map(|(_, video)| Some(video.offer.as_ref()?.extensions));
        let assumed = || {
            let numbers = &self.peer.numbers;
            let transport_wide_cc = numbers.transport_wide_cc.or_else(|| extension::unused(&numbers.extension_ids));
            VideoExtensions { mid: self.peer.mid_extension, transport_wide_cc, ..VideoExtensions::default() }
        };
        offered.reduce(extension::union).unwrap_or_else(assumed)
    }

    /// Payload types that the peer gave to nothing, each once: Meta's first, if it is free.
    fn fresh_payload_types(&self) -> impl Iterator<Item = u8> {
        let others = (96..=127).chain(35..=63).filter(|number| *number != METAS_PAYLOAD_TYPE);
        let candidates = std::iter::once(METAS_PAYLOAD_TYPE).chain(others);
        candidates.filter(|number| !self.peer.numbers.payload_types.contains(number))
    }
}

impl Matched<'_> {
    /// The other party's audio is on; that of a party to come is taken to be.
    pub(super) fn far_sends_audio(&self) -> bool {
        self.far.is_none_or(Session::sends_audio)
    }

    pub(super) fn far_sends_video(&self, video: &VideoSection) -> bool {
        let (Some(far), Some(label)) = (self.far, video.far) else { return false };
        !video.declined && far.sends_video(label) && !self.formats(video).is_empty()
    }

    /// The peer may send in the section.
    pub(super) fn takes_video(&self, video: &VideoSection) -> bool {
        video.label.is_some() && video.peer_sends() && !self.formats(video).is_empty()
    }

    /// The formats of a section, in the peer's order and numbers.
    pub(super) fn formats(&self, video: &VideoSection) -> Vec<Format> {
        match &video.offer {
            Some(offer) => self.narrowed(&offer.formats),
            None => self.formats_for_far(),
        }
    }

    /// The formats of a section that the peer's offer does not have. A peer that never offered video is taken to know
    /// what all browsers do, repair included: what is lost between the relay and it can be repaired in no other way.
    fn formats_for_far(&self) -> Vec<Format> {
        if let Some(formats) = self.own.formats() {
            return self.narrowed(formats);
        }
        let theirs = self.far.and_then(Session::formats).and_then(assumed_of);
        let mut numbers = self.own.fresh_payload_types();
        let fresh = theirs.zip(numbers.next()).map(|(theirs, payload_type)| {
            let rtx = theirs.wire.rtx.and_then(|_| numbers.next());
            Format::fresh(VideoFormat { codec: theirs.wire.codec, payload_type, rtx })
        });
        fresh.into_iter().collect()
    }

    /// What the other party can do too.
    fn narrowed(&self, formats: &[Format]) -> Vec<Format> {
        let Some(far) = self.far else { return formats.to_vec() };
        match far.formats() {
            Some(theirs) => formats.iter().filter_map(|format| format.narrowed(theirs)).collect(),
            None => assumed_of(formats).into_iter().cloned().collect(),
        }
    }

    pub(super) fn extensions(&self) -> VideoExtensions {
        let own = self.own.extensions();
        self.far.map_or(own, |far| extension::common(own, far.extensions()))
    }

    pub(super) fn feedback(&self, video: &VideoSection) -> Feedback {
        let offers = video.offer.iter().chain(self.own.videos().filter_map(|(_, video)| video.offer.as_ref()));
        let feedback = offers.map(|offer| offer.feedback).next().unwrap_or(Feedback::ALL);
        let transport_cc = feedback.transport_cc && self.extensions().transport_wide_cc.is_some();
        Feedback { transport_cc, ..feedback }
    }

    /// What the engine needs to know.
    pub(super) fn leg(&self) -> LegSpec {
        let Session { ours, peer, .. } = self.own;
        LegSpec {
            local_ice: ours.ice.clone(),
            remote_ice: peer.ice.clone(),
            fingerprints: peer.fingerprints.clone(),
            audio: self.audio(),
            video: VideoSpec {
                incoming: self.own.videos().filter_map(|(section, video)| self.incoming(section, video)).collect(),
                outgoing: self.own.videos().filter_map(|(section, video)| self.outgoing(section, video)).collect(),
                extensions: self.extensions(),
            },
        }
    }

    fn audio(&self) -> AudioSpec {
        let Session { ours, peer, .. } = self.own;
        AudioSpec {
            mid: peer.audio_mid.clone(),
            far_mid: self.own.far_audio_mid().map(str::to_owned),
            ssrc_a: ours.ssrc_a,
            ssrc_b: ours.ssrc_b,
            cname: ours.cname.clone(),
            opus: peer.opus,
            telephone_event: peer.telephone_event,
            mid_extension: peer.mid_extension,
            level_extension: peer.level_extension,
            sends: self.own.sends_audio(),
            receives: self.own.hears_in_own_section(),
        }
    }

    fn incoming(&self, section: &Section, video: &VideoSection) -> Option<VideoIn> {
        let offer = video.offer.as_ref()?;
        Some(VideoIn {
            label: video.label?,
            mid: section.mid.clone()?,
            ssrcs: offer.ssrcs.clone(),
            rtx_ssrcs: offer.rtx_ssrcs.clone(),
            formats: self.formats(video).iter().map(|format| format.wire).collect(),
            on: video.on && self.takes_video(video),
        })
    }

    fn outgoing(&self, section: &Section, video: &VideoSection) -> Option<VideoOut> {
        let (label, formats) = (video.far?, self.formats(video));
        let ssrcs = self.own.ours.video(label);
        Some(VideoOut {
            label,
            mid: section.mid.clone()?,
            ssrc: ssrcs.media,
            rtx_ssrc: Some(ssrcs.rtx),
            formats: formats.iter().map(|format| format.wire).collect(),
            on: self.far_sends_video(video),
        })
    }
}

impl Format {
    /// The format with what the other side's has too, if it has it at all.
    fn narrowed(&self, theirs: &[Self]) -> Option<Self> {
        let same = theirs.iter().find(|format| format.wire.codec == self.wire.codec)?;
        Some(if same.wire.rtx.is_some() { self.clone() } else { self.without_repair() })
    }

    fn without_repair(&self) -> Self {
        let mut format = self.clone();
        format.wire.rtx = None;
        format
    }
}

/// The format that a party is taken to know that never offered any.
fn assumed_of(formats: &[Format]) -> Option<&Format> {
    ASSUMED.into_iter().find_map(|codec| formats.iter().find(|format| format.wire.codec == codec))
}

/// Of H264 in Meta's offers.
const METAS_PAYLOAD_TYPE: u8 = 109;
