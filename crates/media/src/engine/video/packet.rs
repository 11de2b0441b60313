//! Video packets and their repair (RFC 4588).

use std::time::Instant;

use offhook_call::TrackLabel;

use super::super::dtls::Link;
use super::super::leg::{Io, Leg};
use super::super::media::{Mapped, Packet, Target};
use super::super::outbound::{Clock, Mid, Outbound};
use super::super::transmits::Transmits;
use super::sections::{Outgoing, Role};
use crate::leg::{VideoCodec, VideoExtensions};
use crate::rtp::{Extension, Header};

/// A packet of the stream that is seen, or of its repair.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct VideoPacket<'p> {
    packet: Packet<'p>,
    label: TrackLabel,
    codec: VideoCodec,
    content: Content,
    carried: [Option<&'p [u8]>; CARRIED],
}

/// What a packet is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Media,
    /// The packet of the stream `media` that had the number `sequence` comes again.
    Repair {
        media: u32,
        sequence: u16,
    },
    /// Padding in the repair stream of `media`: a sender measures the way with it.
    Probe {
        media: u32,
    },
}

impl Leg {
    pub(in super::super) fn receive_video<'p>(
        &mut self,
        at: usize,
        packet: Packet<'p>,
        source: usize,
        datagram: &'p [u8],
        now: Instant,
    ) -> Option<VideoPacket<'p>> {
        let video = self.video.as_deref_mut()?;
        let section = video.incoming.get_mut(at)?;
        let (codec, role) = section.format(packet.header.payload_type)?;
        let content = match role {
            Role::Media => Content::Media,
            Role::Repair => Content::of_repair(&packet, section.media?)?,
        };
        let current = match role {
            Role::Media => {
                section.seen = Some(codec);
                &mut section.media
            }
            Role::Repair => &mut section.repair,
        };
        if !self.sources.takes_turn(now, source, current) {
            return None;
        }
        let carried = video.extensions.values(&packet.header, datagram);
        Some(VideoPacket { packet, label: section.spec.label, codec, content, carried })
    }

    pub(in super::super) fn send_video(&mut self, packet: &VideoPacket<'_>, io: &mut Io<'_>) {
        let (Link::Secured(secured), Some(route), Some(video)) = (&self.link, self.route, &mut self.video) else {
            return;
        };
        let mut sections = video.outgoing.iter_mut().filter(|section| section.flows);
        let Some(section) = sections.find(|section| section.spec.label == packet.label) else { return };
        let target = Target { secured, route, now: io.now };
        let sent = packet.send(&target, &video.extensions, section, io.out).unwrap_or(0);
        self.count_sent(sent);
    }
}

impl Content {
    /// `None` if the packet is too short to name what it repairs (RFC 4588 section 4).
    fn of_repair(packet: &Packet<'_>, media: u32) -> Option<Self> {
        let is_padding = packet.header.padding
            && packet.payload.last().is_some_and(|padding| usize::from(*padding) == packet.payload.len());
        if is_padding {
            return Some(Self::Probe { media });
        }
        let sequence = u16::from_be_bytes(*packet.payload.first_chunk()?);
        Some(Self::Repair { media, sequence })
    }
}

impl VideoPacket<'_> {
    /// Returns the bytes sent, or `None` if the packet is not for this peer.
    fn send(
        &self,
        target: &Target<'_>,
        ids: &VideoExtensions,
        section: &mut Outgoing,
        out: &mut Transmits,
    ) -> Option<usize> {
        let origin = self.packet.origin();
        let timestamp = self.packet.header.timestamp;
        let payload_type = section.payload_type(self.codec, self.content.role());
        let (stream, clock, repaired) = match self.content {
            Content::Media => (&mut section.media, Clock::Media(timestamp), None),
            Content::Repair { media, sequence } => {
                let repaired = section.media.forwarded_as(media, sequence)?;
                (section.repair.as_mut()?, section.media.mapped_time(media, timestamp)?, Some(repaired))
            }
            Content::Probe { media } => (section.repair.as_mut()?, section.media.mapped_time(media, timestamp)?, None),
        };
        let Some(payload_type) = payload_type else {
            stream.skip(origin);
            return None;
        };
        let place = stream.place(target.now, origin, clock)?;
        let mut elements = [Extension { id: 0, value: &[] }; CARRIED + 1];
        let extensions = self.extensions(ids, &stream.mid, &mut elements);
        let mapped = Mapped { payload_type, ssrc: stream.ssrc, place, extensions };
        let change = |payload: &mut [u8]| {
            if let (Some(sequence), Some(field)) = (repaired, payload.first_chunk_mut()) {
                *field = sequence.to_be_bytes();
            }
        };
        Some(target.send(&self.packet, &mapped, change, out))
    }

    fn extensions<'e>(
        &'e self,
        ids: &VideoExtensions,
        mid: &'e Mid,
        elements: &'e mut [Extension<'e>; CARRIED + 1],
    ) -> &'e [Extension<'e>] {
        let mid = ids.mid.map(|id| Extension { id, value: mid.as_bytes() });
        let carried = ids.carried().into_iter().zip(self.carried);
        let carried = carried.filter_map(|(id, value)| Some(Extension { id: id?, value: value? }));
        let mut len = 0;
        for element in mid.into_iter().chain(carried) {
            elements[len] = element;
            len += 1;
        }
        &elements[..len]
    }
}

impl Content {
    fn role(self) -> Role {
        match self {
            Self::Media => Role::Media,
            Self::Repair { .. } | Self::Probe { .. } => Role::Repair,
        }
    }
}

impl Outbound {
    /// The time of a packet that comes again, or of padding: on the clock of the stream that it belongs to.
    fn mapped_time(&self, source: u32, timestamp: u32) -> Option<Clock> {
        let offset = self.timestamp_offset().filter(|_| self.source().is_some_and(|of| of.ssrc == source))?;
        Some(Clock::Mapped(timestamp.wrapping_add(offset)))
    }
}

impl VideoExtensions {
    /// Ids of what is carried along, in a fixed order.
    fn carried(&self) -> [Option<u8>; CARRIED] {
        [
            self.transport_wide_cc,
            self.abs_send_time,
            self.orientation,
            self.content_type,
            self.playout_delay,
            self.color_space,
            self.video_timing,
            self.dependency_descriptor,
        ]
    }

    /// What a packet of the peer carries, in that order.
    fn values<'p>(&self, header: &Header, datagram: &'p [u8]) -> [Option<&'p [u8]>; CARRIED] {
        let ids = self.carried();
        let mut values = [None; CARRIED];
        for element in header.extensions(datagram) {
            if let Some(at) = ids.iter().position(|id| *id == Some(element.id)) {
                values[at] = Some(element.value);
            }
        }
        values
    }
}

/// Kinds of header extensions that are carried along.
const CARRIED: usize = 8;
