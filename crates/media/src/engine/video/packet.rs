//! Video packets and their repair (RFC 4588).

use offhook_call::{LegEvent, TrackLabel};

use super::super::dtls::Link;
use super::super::event::EngineEvent;
use super::super::io::Io;
use super::super::leg::Leg;
use super::super::media::{Mapped, Packet, Target};
use super::super::mid::Mid;
use super::super::outbound::{Clock, Outbound};
use super::super::transmits::Transmits;
use super::sections::{Outgoing, Role, Video};
use super::transport_wide::TransportNumbers;
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
        io: &mut Io<'_>,
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
                if section.seen.replace(codec).is_none() {
                    let event = LegEvent::FirstPacket { track: section.spec.label };
                    io.events.push(EngineEvent::Noted { call: self.call, side: self.key.side, at: io.now, event });
                }
                &mut section.media
            }
            Role::Repair => &mut section.repair,
        };
        if !self.sources.takes_turn(io.now, source, current) {
            return None;
        }
        let carried = video.extensions.values(&packet.header, datagram);
        Some(VideoPacket { packet, label: section.spec.label, codec, content, carried })
    }

    pub(in super::super) fn send_video(&mut self, packet: &VideoPacket<'_>, io: &mut Io<'_>) {
        match self.forward_video(packet, io) {
            Some(sent) => self.count_sent(sent),
            None => self.keep(packet.packet.transport_number),
        }
    }

    /// The other party's packet goes no further. If its sender counts it in the transport, it is no loss.
    pub(in super::super) fn keep(&mut self, transport_number: Option<u16>) {
        if let (Some(number), Some(video)) = (transport_number, &mut self.video) {
            video.numbers.keep(number);
        }
    }

    /// Returns the bytes sent, or `None` if the packet is not for this peer.
    fn forward_video(&mut self, packet: &VideoPacket<'_>, io: &mut Io<'_>) -> Option<usize> {
        let (Link::Secured(secured), Some(route), Some(video)) = (&self.link, self.route, &mut self.video) else {
            return None;
        };
        let Video { outgoing, extensions, numbers, .. } = &mut **video;
        let mut sections = outgoing.iter_mut().filter(|section| section.flows);
        let section = sections.find(|section| section.spec.label == packet.label)?;
        let target = Target { secured, route, now: io.now, tap: io.tap.map(|tap| (tap, self.key.side)) };
        packet.send(&target, (extensions, numbers), section, io.out)
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
        (ids, numbers): (&VideoExtensions, &mut TransportNumbers),
        section: &mut Outgoing,
        out: &mut Transmits,
    ) -> Option<usize> {
        let payload_type = section.payload_type(self.codec, self.content.role());
        let time = self.time(section);
        let stream = match self.content.role() {
            Role::Media => &mut section.media,
            Role::Repair => section.repair.as_mut()?,
        };
        let (Some(payload_type), Some((clock, repaired))) = (payload_type, time) else {
            stream.skip(self.packet.origin());
            return None;
        };
        let place = stream.place(target.now, self.packet.origin(), clock)?;
        let counted = self.packet.transport_number.filter(|_| ids.transport_wide_cc.is_some());
        let number = counted.and_then(|number| numbers.send(number)).map(u16::to_be_bytes);
        let mut elements = [Extension { id: 0, value: &[] }; CARRIED + 2];
        let extensions = self.extensions(ids, &stream.mid, number.as_ref(), &mut elements);
        let mapped = Mapped { payload_type, ssrc: stream.ssrc, place, extensions };
        let change = |payload: &mut [u8]| {
            if let (Some(sequence), Some(field)) = (repaired, payload.first_chunk_mut()) {
                *field = sequence.to_be_bytes();
            }
        };
        let sent = target.send(&self.packet, &mapped, change, out);
        stream.account.sent(self.packet.payload, self.packet.header.padding);
        Some(sent)
    }

    /// The packet's time, and the number of what it repairs. `None` if that was never forwarded.
    fn time(&self, section: &Outgoing) -> Option<(Clock, Option<u16>)> {
        let timestamp = self.packet.header.timestamp;
        match self.content {
            Content::Media => Some((Clock::Media(timestamp), None)),
            Content::Repair { media, sequence } => {
                let repaired = section.media.forwarded_as(media, sequence)?;
                Some((section.media.mapped_time(media, timestamp)?, Some(repaired)))
            }
            Content::Probe { media } => Some((section.media.mapped_time(media, timestamp)?, None)),
        }
    }

    fn extensions<'e>(
        &'e self,
        ids: &VideoExtensions,
        mid: &'e Mid,
        number: Option<&'e [u8; 2]>,
        elements: &'e mut [Extension<'e>; CARRIED + 2],
    ) -> &'e [Extension<'e>] {
        let mid = ids.mid.map(|id| Extension { id, value: mid.as_bytes() });
        let number = ids.transport_wide_cc.zip(number).map(|(id, value)| Extension { id, value });
        let carried = ids.carried().into_iter().zip(self.carried);
        let carried = carried.filter_map(|(id, value)| Some(Extension { id: id?, value: value? }));
        let mut len = 0;
        for element in mid.into_iter().chain(number).chain(carried) {
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

/// Kinds of header extensions that are carried along as they are.
const CARRIED: usize = 7;
