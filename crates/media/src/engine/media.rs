//! RTP from one leg to the other: open, map the header, seal.

use std::time::Instant;

use super::dtls::{Link, Secured};
use super::event::LegState;
use super::leg::{Io, Leg};
use super::outbound::{AUDIO_CLOCK_RATE, Clock, Mid, Outbound};
use super::sources::{Refused, Turn};
use super::stats::LegStats;
use super::transmits::{Route, Transmits};
use crate::leg::{AudioSpec, TelephoneEvent};
use crate::rtp::{self, Extension, Header, Outgoing};
use crate::srtp::OpenError;

/// An authentic packet of the stream that is forwarded.
pub(super) struct Received<'p> {
    header: Header,
    extended_sequence: u64,
    payload: &'p [u8],
    kind: Kind,
    /// RFC 6464: one byte, or as the peer wrote it.
    level: Option<&'p [u8]>,
    /// It is the first one of another SSRC than before.
    another_source: bool,
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

/// The peer of a leg, in terms of whom a packet is written.
struct Target<'a> {
    audio: &'a AudioSpec,
    secured: &'a Secured,
    route: Route,
}

impl Leg {
    /// Opens a packet of this leg's peer. `None` if it goes no further.
    pub(super) fn receive_rtp<'p>(&mut self, datagram: &'p mut [u8], io: &mut Io<'_>) -> Option<Received<'p>> {
        let Link::Secured(secured) = &self.link else {
            self.stats.early += 1;
            return None;
        };
        let Ok(header) = Header::parse(datagram) else {
            self.stats.refused += 1;
            return None;
        };
        let opened = match self.sources.open_rtp(&secured.open, &header, datagram) {
            Ok(opened) => opened,
            Err(refused) => {
                self.stats.count_refused(refused);
                return None;
            }
        };
        self.count_packet(datagram.len(), io);
        let kind = self.audio.kind(header.payload_type);
        let another_source = self.take_turn(io.now, &header, kind)?;
        let datagram = &*datagram;
        Some(Received {
            extended_sequence: opened.extended_sequence,
            payload: &datagram[opened.payload],
            kind,
            level: self.audio.level_extension.and_then(|id| header.extension(datagram, id)),
            another_source,
            header,
        })
    }

    /// Sends the other party's packet to this leg's peer, in every stream that it gets.
    pub(super) fn send_rtp(&mut self, packet: &Received<'_>, io: &mut Io<'_>) {
        if packet.another_source {
            self.a.restart();
            self.b.restart();
        }
        let (Link::Secured(secured), Some(route)) = (&self.link, self.route) else { return };
        let target = Target { audio: &self.audio, secured, route };
        let mut send = |stream: &mut Outbound| {
            let sent = target.send(packet, stream, io.now, io.out);
            self.stats.packets_out += u64::from(sent > 0);
            self.stats.bytes_out += sent as u64;
            sent > 0
        };
        if self.hearing.sends_a() && self.audio.receives {
            send(&mut self.a);
        }
        if self.hearing.sends_b() && send(&mut self.b) {
            self.b_sent(io);
        }
    }

    fn count_packet(&mut self, len: usize, io: &mut Io<'_>) {
        self.heard(io.now);
        self.stats.packets_in += 1;
        self.stats.bytes_in += len as u64;
        if self.stats.first_packet_at.is_none() {
            self.stats.first_packet_at = Some(io.now);
            self.tell(LegState::FirstPacket, io);
        }
    }

    /// Whether the packet is the first of another source, or `None` if it is of a source that is not forwarded. What
    /// is unwanted makes no source the current one.
    fn take_turn(&mut self, now: Instant, header: &Header, kind: Kind) -> Option<bool> {
        let turn = match kind {
            Kind::Audio | Kind::Event { .. } => self.sources.turn(now, header.ssrc),
            Kind::Unwanted if self.sources.current() == Some(header.ssrc) => Turn::Current,
            Kind::Unwanted => Turn::Other,
        };
        self.stats.unwanted += u64::from(turn == Turn::Other || kind == Kind::Unwanted);
        match turn {
            Turn::Current => Some(false),
            Turn::Changed => Some(true),
            Turn::Other => None,
        }
    }
}

impl Target<'_> {
    /// Returns the bytes sent; zero if the packet is not for this peer.
    fn send(&self, packet: &Received<'_>, stream: &mut Outbound, now: Instant, out: &mut Transmits) -> usize {
        let Some((payload_type, clock)) = self.audio.clock(packet) else {
            stream.skip(packet.extended_sequence);
            return 0;
        };
        let Some(place) = stream.place(now, packet.extended_sequence, clock) else { return 0 };
        let mut elements = [Extension { id: 0, value: &[] }; 2];
        let header = Outgoing {
            marker: packet.header.marker,
            padding: packet.header.padding,
            payload_type,
            sequence: place.extended_sequence as u16,
            timestamp: place.timestamp,
            ssrc: stream.ssrc,
            extensions: self.extensions(packet, &stream.mid, &mut elements),
        };
        let sent = out.push(self.route, |bytes, start| {
            let header_len = header.write(bytes);
            bytes.extend_from_slice(packet.payload);
            if let (Kind::Event { clock_rate }, Clock::Event { rate, .. }) = (packet.kind, clock) {
                rtp::scale_event_duration(&mut bytes[start + header_len..], clock_rate, rate);
            }
            self.secured.seal.seal_rtp(place.extended_sequence, header_len, bytes, start).ok()
        });
        sent.unwrap_or(0)
    }

    fn extensions<'e>(
        &self,
        packet: &Received<'e>,
        mid: &'e Mid,
        elements: &'e mut [Extension<'e>; 2],
    ) -> &'e [Extension<'e>] {
        let mid = self.audio.mid_extension.map(|id| Extension { id, value: mid.as_bytes() });
        let level = self.audio.level_extension.zip(packet.level).map(|(id, value)| Extension { id, value });
        let mut len = 0;
        for element in mid.into_iter().chain(level) {
            elements[len] = element;
            len += 1;
        }
        &elements[..len]
    }
}

impl AudioSpec {
    fn kind(&self, payload_type: u8) -> Kind {
        match self.telephone_event {
            _ if !self.sends => Kind::Unwanted,
            _ if payload_type == self.opus => Kind::Audio,
            Some(event) if payload_type == event.payload_type => Kind::Event { clock_rate: event.clock_rate },
            Some(_) | None => Kind::Unwanted,
        }
    }

    /// Payload type and clock of the packet on this leg, or `None` if there is nothing that it could be.
    fn clock(&self, packet: &Received<'_>) -> Option<(u8, Clock)> {
        let timestamp = packet.header.timestamp;
        match (packet.kind, self.telephone_event) {
            (Kind::Audio, _) => Some((self.opus, Clock::Audio(timestamp))),
            (
                Kind::Event { clock_rate: AUDIO_CLOCK_RATE },
                Some(TelephoneEvent { payload_type, clock_rate: AUDIO_CLOCK_RATE }),
            ) => Some((payload_type, Clock::Audio(timestamp))),
            (Kind::Event { .. }, Some(event)) => {
                Some((event.payload_type, Clock::Event { timestamp, rate: event.clock_rate }))
            }
            (Kind::Event { .. }, None) | (Kind::Unwanted, _) => None,
        }
    }
}

impl LegStats {
    pub(super) fn count_refused(&mut self, refused: Refused) {
        match refused {
            Refused::Srtp(OpenError::Replayed | OpenError::TooOld) => self.replayed += 1,
            Refused::Srtp(OpenError::Truncated | OpenError::NotAuthentic | OpenError::NotEncrypted) => {
                self.refused += 1
            }
            Refused::TooManySources => self.unwanted += 1,
        }
    }
}
