//! Audio packets and telephone events of one leg in the terms of the other.

use offhook_call::{LegEvent, TrackLabel};

use super::dtls::Link;
use super::io::Io;
use super::leg::Leg;
use super::media::{Mapped, Packet, Target};
use super::mid::Mid;
use super::outbound::{AUDIO_CLOCK_RATE, Clock, Outbound, Place};
use super::telephone_event::scaled;
use super::transmits::Transmits;
use crate::leg::AudioSpec;
use crate::rtp::{EventTime, Extension, Header};

/// A packet of the source that is heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct AudioPacket<'p> {
    packet: Packet<'p>,
    kind: Kind,
    /// RFC 6464: one byte, or as the peer wrote it.
    level: Option<&'p [u8]>,
}

/// What a packet carries, by its payload type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Audio,
    Event {
        clock_rate: u32,
    },
    /// Not negotiated, switched off, or nothing that the other leg could understand.
    Unwanted,
}

impl Leg {
    /// What is unwanted makes no source the current one; of the current one it is passed on, to leave no gap.
    pub(super) fn receive_audio<'p>(
        &mut self,
        packet: Packet<'p>,
        source: usize,
        datagram: &'p [u8],
        io: &mut Io<'_>,
    ) -> Option<AudioPacket<'p>> {
        let kind = self.audio.kind(packet.header.payload_type);
        let is_heard = match kind {
            Kind::Audio | Kind::Event { .. } => self.sources.takes_turn(io.now, source, &mut self.heard_source),
            Kind::Unwanted => self.sources.is(source, self.heard_source),
        };
        match kind {
            Kind::Audio if is_heard => {
                if !self.jitter.is_begun() {
                    self.note(LegEvent::FirstPacket { track: TrackLabel::DefaultAudio }, io);
                }
                self.jitter.arrived(io.now, packet.header.ssrc, packet.header.timestamp);
            }
            Kind::Event { clock_rate } => {
                self.ledger.telephone_events = true;
                let Header { ssrc, timestamp, .. } = packet.header;
                let over = self.ledger.keys.reported(ssrc, timestamp, packet.payload, clock_rate);
                over.for_each(|key| self.note(key, io));
            }
            Kind::Audio | Kind::Unwanted => {}
        }
        let level = self.audio.level_extension.and_then(|id| packet.header.extension(datagram, id));
        is_heard.then_some(AudioPacket { packet, kind, level })
    }

    pub(super) fn send_audio(&mut self, packet: &AudioPacket<'_>, io: &mut Io<'_>) {
        let (Link::Secured(secured), Some(route)) = (&self.link, self.route) else { return };
        let target = Target { secured, route, now: io.now, tap: io.tap.map(|tap| (tap, self.key.side)) };
        let mut sent_a = 0;
        if self.hearing.sends_a() && self.audio.receives {
            sent_a = packet.send(&target, &self.audio, &mut self.a, io.out);
        }
        let mut sent_b = 0;
        if self.hearing.sends_b() {
            sent_b = packet.send(&target, &self.audio, &mut self.b, io.out);
        }
        self.count_sent(sent_a);
        self.count_sent(sent_b);
        if sent_b > 0 {
            self.b_sent(io);
        }
    }
}

impl AudioPacket<'_> {
    pub(super) fn is_unwanted(&self) -> bool {
        self.kind == Kind::Unwanted
    }

    pub(super) fn transport_number(&self) -> Option<u16> {
        self.packet.transport_number
    }

    /// Returns the bytes sent; zero if the packet is not for this peer.
    fn send(&self, target: &Target<'_>, audio: &AudioSpec, stream: &mut Outbound, out: &mut Transmits) -> usize {
        let origin = self.packet.origin();
        let Some((payload_type, clock)) = self.clock(audio) else {
            stream.skip(origin);
            return 0;
        };
        let Some(mut place) = stream.place(target.now, origin, clock) else { return 0 };
        let duration = self.event_duration(audio, stream, &mut place);
        let mut elements = [Extension { id: 0, value: &[] }; 2];
        let extensions = self.extensions(audio, &stream.mid, &mut elements);
        let mapped = Mapped { payload_type, ssrc: stream.ssrc, place, extensions };
        let change = |payload: &mut [u8]| {
            if let Some(duration) = duration {
                EventTime::write_duration(payload, duration);
            }
        };
        let sent = target.send(&self.packet, &mapped, change, out);
        stream.account.sent(self.packet.payload, self.packet.header.padding);
        sent
    }

    /// Payload type and clock of the packet on a leg, or `None` if there is nothing that it could be.
    fn clock(&self, audio: &AudioSpec) -> Option<(u8, Clock)> {
        let timestamp = self.packet.header.timestamp;
        match (self.kind, audio.telephone_event) {
            (Kind::Audio, _) => Some((audio.opus, Clock::Media(timestamp))),
            (Kind::Event { clock_rate: AUDIO_CLOCK_RATE }, Some(event)) => {
                Some((event.payload_type, Clock::Media(timestamp)))
            }
            (Kind::Event { .. }, Some(event)) => Some((event.payload_type, Clock::Event(timestamp))),
            (Kind::Event { .. }, None) | (Kind::Unwanted, _) => None,
        }
    }

    /// What an event's duration is in the leg's clock, if that is another. One that is longer than the field can tell
    /// stands in a later segment of the event, to which the place is moved.
    fn event_duration(&self, audio: &AudioSpec, stream: &mut Outbound, place: &mut Place) -> Option<u16> {
        let (Kind::Event { clock_rate }, Some(event)) = (self.kind, audio.telephone_event) else { return None };
        if clock_rate == event.clock_rate {
            return None;
        }
        let EventTime { ends, duration } = EventTime::read(self.packet.payload)?;
        let ticks = scaled(duration, clock_rate, event.clock_rate);
        if event.clock_rate < clock_rate {
            return u16::try_from(ticks).ok();
        }
        let segment = stream.event_segment(ticks, ends)?;
        place.timestamp = place.timestamp.wrapping_add(segment.begins);
        Some(segment.duration)
    }

    fn extensions<'e>(
        &'e self,
        audio: &AudioSpec,
        mid: &'e Mid,
        elements: &'e mut [Extension<'e>; 2],
    ) -> &'e [Extension<'e>] {
        let mid = audio.mid_extension.map(|id| Extension { id, value: mid.as_bytes() });
        let level = audio.level_extension.zip(self.level).map(|(id, value)| Extension { id, value });
        let mut len = 0;
        for element in mid.into_iter().chain(level) {
            elements[len] = element;
            len += 1;
        }
        &elements[..len]
    }
}

impl AudioSpec {
    /// Whether the payload type is one of this section.
    pub(super) fn has(&self, payload_type: u8) -> bool {
        payload_type == self.opus || self.telephone_event.is_some_and(|event| event.payload_type == payload_type)
    }

    fn kind(&self, payload_type: u8) -> Kind {
        match self.telephone_event {
            _ if !self.sends => Kind::Unwanted,
            _ if payload_type == self.opus => Kind::Audio,
            Some(event) if payload_type == event.payload_type => Kind::Event { clock_rate: event.clock_rate },
            Some(_) | None => Kind::Unwanted,
        }
    }
}
