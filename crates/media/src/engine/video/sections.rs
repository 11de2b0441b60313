//! The video sections of a leg.

use offhook_call::{TrackLabel, TrackStatistics};

use super::super::outbound::{Outbound, VIDEO_CLOCK_RATE};
use super::super::retired::Retired;
use super::super::sources::Section;
use super::command::Commands;
use super::picture::Picture;
use super::transport_wide::TransportNumbers;
use crate::leg::{AudioSpec, VideoCodec, VideoExtensions, VideoFormat, VideoIn, VideoOut, VideoSpec};

/// The video of a leg. Apart from the leg and behind a pointer: an audio call has none.
pub(in super::super) struct Video {
    pub(super) incoming: Vec<Incoming>,
    pub(super) outgoing: Vec<Outgoing>,
    pub(super) extensions: VideoExtensions,
    /// Of what the peer gets.
    pub(in super::super) numbers: TransportNumbers,
}

/// What the peer sends of a track.
pub(super) struct Incoming {
    pub(super) spec: VideoIn,
    /// The SSRC that is forwarded, and that of its repair.
    pub(super) media: Option<u32>,
    pub(super) repair: Option<u32>,
    /// That of the last packet of media.
    pub(super) seen: Option<VideoCodec>,
    pub(super) commands: Commands,
}

/// What the peer gets of the other party's track.
pub(super) struct Outgoing {
    pub(super) spec: VideoOut,
    pub(super) media: Outbound,
    pub(super) repair: Option<Outbound>,
    /// The track is on at both ends.
    pub(super) flows: bool,
    pub(super) picture: Picture,
}

/// What a payload type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Media,
    Repair,
}

impl Video {
    pub(in super::super) fn new(spec: VideoSpec, retired: &mut Retired) -> Self {
        let mut video = Self {
            incoming: Vec::new(),
            outgoing: Vec::new(),
            extensions: VideoExtensions::default(),
            numbers: TransportNumbers::default(),
        };
        video.update(spec, retired);
        video
    }

    /// Takes on another spec. Returns where each section of the former one is now.
    pub(in super::super) fn update(&mut self, spec: VideoSpec, retired: &mut Retired) -> Vec<Option<usize>> {
        let incoming: Vec<_> =
            spec.incoming.into_iter().map(|section| Incoming::after(&self.incoming, section)).collect();
        let now_at = |former: &Incoming| incoming.iter().position(|section| section.spec.mid == former.spec.mid);
        let moved = self.incoming.iter().map(now_at).collect();
        self.incoming = incoming;
        self.extensions = spec.extensions;

        let mut streams = Vec::new();
        let mut states = Vec::new();
        for Outgoing { media, repair, flows, picture, .. } in self.outgoing.drain(..) {
            states.push((media.ssrc, flows, picture));
            streams.extend([Some(media), repair].into_iter().flatten());
        }
        for section in spec.outgoing {
            let state = states.iter().position(|(ssrc, ..)| *ssrc == section.ssrc);
            let (_, flows, picture) = state.map(|at| states.swap_remove(at)).unwrap_or_default();
            let mut stream = |ssrc| take(&mut streams, retired, ssrc, &section.mid);
            let (media, repair) = (stream(section.ssrc), section.rtx_ssrc.map(&mut stream));
            self.outgoing.push(Outgoing { spec: section, media, repair, flows, picture });
        }
        streams.iter().for_each(|stream| retired.keep(stream));
        moved
    }

    pub(in super::super) fn extensions(&self) -> &VideoExtensions {
        &self.extensions
    }

    pub(in super::super) fn section_of_mid(&self, mid: &[u8], audio: &AudioSpec) -> Option<Section> {
        if mid == audio.mid.as_bytes() {
            return Some(Section::Audio);
        }
        let at = self.incoming.iter().position(|section| section.spec.mid.as_bytes() == mid)?;
        Some(Section::Video(at))
    }

    pub(in super::super) fn section_of_ssrc(&self, ssrc: u32) -> Option<Section> {
        self.incoming.iter().position(|section| section.spec.declares(ssrc)).map(Section::Video)
    }

    /// `None` if several sections have the payload type.
    pub(in super::super) fn section_of_payload_type(&self, payload_type: u8, audio: &AudioSpec) -> Option<Section> {
        let has_it = |(_, section): &(usize, &Incoming)| format(&section.spec.formats, payload_type).is_some();
        let video = self.incoming.iter().enumerate().filter(has_it).map(|(at, _)| Section::Video(at));
        let mut sections = audio.has(payload_type).then_some(Section::Audio).into_iter().chain(video);
        sections.next().filter(|_| sections.next().is_none())
    }

    /// What the peer sends, for the record.
    pub(in super::super) fn tracks(&self) -> impl Iterator<Item = TrackStatistics> {
        self.incoming.iter().map(|section| {
            let mut negotiated: Vec<_> = section.spec.formats.iter().map(|format| format.codec.name()).collect();
            negotiated.dedup();
            TrackStatistics {
                label: section.spec.label,
                negotiated: negotiated.into_iter().map(str::to_owned).collect(),
                seen: section.seen.map(|codec| codec.name().to_owned()).into_iter().collect(),
            }
        })
    }

    /// The streams that the peer gets.
    pub(in super::super) fn streams(&self) -> impl Iterator<Item = &Outbound> {
        self.outgoing.iter().flat_map(|section| std::iter::once(&section.media).chain(&section.repair))
    }

    pub(in super::super) fn streams_mut(&mut self) -> impl Iterator<Item = &mut Outbound> {
        self.outgoing.iter_mut().flat_map(|section| std::iter::once(&mut section.media).chain(&mut section.repair))
    }

    /// What fed these streams is no more.
    pub(in super::super) fn restart(&mut self) {
        self.numbers.restart();
        self.outgoing.iter_mut().for_each(Outgoing::restart);
    }

    /// Lets flow what is on here and at its origin, and nothing else.
    pub(in super::super) fn follow(&mut self, origin: Option<&Video>) {
        for section in &mut self.outgoing {
            let sends = |video: &Video| video.incoming(section.spec.label).is_some_and(|section| section.spec.on);
            let flows = section.spec.on && origin.is_some_and(sends);
            if flows != section.flows {
                section.flows = flows;
                section.restart();
                if flows { section.picture.want() } else { section.picture.forget() }
            }
        }
    }

    /// The peer can see from now on what flows.
    pub(in super::super) fn want_pictures(&mut self) {
        self.outgoing.iter_mut().filter(|section| section.flows).for_each(|section| section.picture.want());
    }

    pub(super) fn incoming(&self, label: TrackLabel) -> Option<&Incoming> {
        self.incoming.iter().find(|section| section.spec.label == label)
    }
}

impl Incoming {
    /// The section, with what is known of it from before.
    fn after(former: &[Self], spec: VideoIn) -> Self {
        let former = former.iter().find(|section| section.spec.mid == spec.mid);
        let known = former.map(|section| (section.media, section.repair, section.seen, section.commands.clone()));
        let (media, repair, seen, commands) = known.unwrap_or_default();
        Self { spec, media, repair, seen, commands }
    }

    /// The codec and role of a payload type of this section.
    pub(super) fn format(&self, payload_type: u8) -> Option<(VideoCodec, Role)> {
        format(&self.spec.formats, payload_type)
    }
}

impl Outgoing {
    pub(super) fn restart(&mut self) {
        self.media.restart();
        self.repair.iter_mut().for_each(Outbound::restart);
    }

    /// The payload type of the codec here, in that role.
    pub(super) fn payload_type(&self, codec: VideoCodec, role: Role) -> Option<u8> {
        let format = self.spec.formats.iter().find(|format| format.codec == codec)?;
        match role {
            Role::Media => Some(format.payload_type),
            Role::Repair => format.rtx,
        }
    }
}

impl VideoIn {
    fn declares(&self, ssrc: u32) -> bool {
        self.ssrcs.contains(&ssrc) || self.rtx_ssrcs.contains(&ssrc)
    }
}

impl VideoSpec {
    /// Every SSRC that the peer's offer declares.
    pub(in super::super) fn declared(&self) -> Vec<u32> {
        self.incoming.iter().flat_map(|section| section.ssrcs.iter().chain(&section.rtx_ssrcs)).copied().collect()
    }
}

fn format(formats: &[VideoFormat], payload_type: u8) -> Option<(VideoCodec, Role)> {
    formats.iter().find_map(|format| {
        if format.payload_type == payload_type {
            Some((format.codec, Role::Media))
        } else {
            (format.rtx == Some(payload_type)).then_some((format.codec, Role::Repair))
        }
    })
}

/// The stream of the SSRC, which goes on if there is one, moved to the section.
fn take(streams: &mut Vec<Outbound>, retired: &mut Retired, ssrc: u32, mid: &str) -> Outbound {
    match streams.iter().position(|stream| stream.ssrc == ssrc) {
        Some(at) => {
            let mut stream = streams.swap_remove(at);
            stream.move_to(mid);
            stream
        }
        None => retired.stream(ssrc, mid, VIDEO_CLOCK_RATE),
    }
}
