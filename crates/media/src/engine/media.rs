//! RTP from one leg to the other: open, find the section, map the header, seal. `audio` and `video` say how.

use std::time::Instant;

use offhook_call::Side;

use super::audio::AudioPacket;
use super::dtls::{Link, Secured};
use super::event::LegState;
use super::io::Io;
use super::leg::Leg;
use super::outbound::{Origin, Place};
use super::sources::{Arrival, Refused, Section};
use super::stats::LegStats;
use super::tap::Tap;
use super::transmits::{Route, Transmits};
use super::video::VideoPacket;
use crate::rtp::{Extension, Header, Outgoing};
use crate::srtp::OpenError;

/// An authentic packet.
pub(super) enum Received<'p> {
    Audio(AudioPacket<'p>),
    Video(VideoPacket<'p>),
    /// It goes no further.
    Unwanted {
        transport_number: Option<u16>,
    },
}

/// What every packet has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet<'p> {
    pub(super) header: Header,
    pub(super) extended_sequence: u64,
    /// By which its sender counts it among all packets of the transport.
    pub(super) transport_number: Option<u16>,
    pub(super) payload: &'p [u8],
}

/// A packet in the terms of the peer that it goes to.
pub(super) struct Mapped<'a> {
    pub(super) payload_type: u8,
    pub(super) ssrc: u32,
    pub(super) place: Place,
    pub(super) extensions: &'a [Extension<'a>],
}

/// Where a leg's packets go, and how they are protected.
pub(super) struct Target<'a> {
    pub(super) secured: &'a Secured,
    pub(super) route: Route,
    pub(super) now: Instant,
    /// Of a call that is captured, and whose leg this is.
    pub(super) tap: Option<(Tap<'a>, Side)>,
}

impl Leg {
    /// Opens a packet of this leg's peer. `None` if it is not authentic.
    pub(super) fn receive_rtp<'p>(&mut self, datagram: &'p mut [u8], io: &mut Io<'_>) -> Option<Received<'p>> {
        let Link::Secured(secured) = &self.link else {
            self.stats.early += 1;
            return None;
        };
        let Ok(header) = Header::parse(datagram) else {
            self.stats.refused += 1;
            return None;
        };
        let arrival = match self.sources.open_rtp(&secured.open, &header, datagram) {
            Ok(arrival) => arrival,
            Err(refused) => {
                self.stats.count_refused(refused);
                return None;
            }
        };
        if let Some(tap) = io.tap {
            tap.take(io.now, self.key.side, true, self.route, &datagram[..arrival.payload.end]);
        }
        self.count_packet(datagram.len(), io);
        let transport_number = self.transport_number(&header, datagram);
        let packet = Packet {
            header,
            extended_sequence: arrival.extended_sequence,
            transport_number,
            payload: &datagram[arrival.payload.clone()],
        };
        let received = self.sort(packet, &arrival, datagram, io).unwrap_or(Received::Unwanted { transport_number });
        self.stats.unwanted += u64::from(received.is_unwanted());
        Some(received)
    }

    /// Sends the other party's packet to this leg's peer, in every stream that it gets.
    pub(super) fn send_rtp(&mut self, received: &Received<'_>, io: &mut Io<'_>) {
        match received {
            Received::Audio(packet) => {
                self.send_audio(packet, io);
                // No leg agrees to count audio, but some peers do.
                self.keep(packet.transport_number());
            }
            Received::Video(packet) => self.send_video(packet, io),
            Received::Unwanted { transport_number } => self.keep(*transport_number),
        }
    }

    pub(super) fn count_sent(&mut self, bytes: usize) {
        self.stats.packets_out += u64::from(bytes > 0);
        self.stats.bytes_out += bytes as u64;
    }

    fn count_packet(&mut self, len: usize, io: &mut Io<'_>) {
        self.heard(io.now);
        self.stats.packets_in += 1;
        self.stats.bytes_in += len as u64;
        if self.stats.first_packet_at.is_none() {
            self.stats.first_packet_at = Some(io.now);
            self.set_cut_timer(io);
            self.tell(LegState::FirstPacket, io);
        }
    }

    fn sort<'p>(
        &mut self,
        packet: Packet<'p>,
        arrival: &Arrival,
        datagram: &'p [u8],
        io: &mut Io<'_>,
    ) -> Option<Received<'p>> {
        match self.section(&packet.header, arrival, datagram)? {
            Section::Audio => self.receive_audio(packet, arrival.source, datagram, io).map(Received::Audio),
            Section::Video(at) => self.receive_video(at, packet, arrival.source, datagram, io).map(Received::Video),
        }
    }

    fn transport_number(&self, header: &Header, datagram: &[u8]) -> Option<u16> {
        let id = self.video.as_ref()?.extensions().transport_wide_cc?;
        header.extension(datagram, id)?.first_chunk().map(|number| u16::from_be_bytes(*number))
    }

    /// The section of the peer's offer that the packet belongs to (RFC 9143 section 9.2): by its MID, else by what its
    /// SSRC was declared or found to be, else by its payload type if one section alone has that.
    fn section(&mut self, header: &Header, arrival: &Arrival, datagram: &[u8]) -> Option<Section> {
        let Some(video) = &self.video else { return Some(Section::Audio) };
        let mid_extension = video.extensions().mid.or(self.audio.mid_extension);
        if let Some(mid) = mid_extension.and_then(|id| header.extension(datagram, id)) {
            let section = video.section_of_mid(mid, &self.audio)?;
            self.sources.belongs_to(arrival.source, section);
            return Some(section);
        }
        if let Some(section) = self.sources.section(arrival.source) {
            return Some(section);
        }
        let section = video
            .section_of_ssrc(header.ssrc)
            .or_else(|| video.section_of_payload_type(header.payload_type, &self.audio))?;
        self.sources.belongs_to(arrival.source, section);
        Some(section)
    }
}

impl Received<'_> {
    fn is_unwanted(&self) -> bool {
        match self {
            Self::Audio(packet) => packet.is_unwanted(),
            Self::Video(_) => false,
            Self::Unwanted { .. } => true,
        }
    }
}

impl Packet<'_> {
    pub(super) fn origin(&self) -> Origin {
        Origin { ssrc: self.header.ssrc, extended_sequence: self.extended_sequence }
    }
}

impl Target<'_> {
    /// Writes and seals the packet, whose payload `change` may change in place. Returns the bytes sent.
    pub(super) fn send(
        &self,
        packet: &Packet<'_>,
        mapped: &Mapped<'_>,
        change: impl FnOnce(&mut [u8]),
        out: &mut Transmits,
    ) -> usize {
        let header = Outgoing {
            marker: packet.header.marker,
            padding: packet.header.padding,
            payload_type: mapped.payload_type,
            sequence: mapped.place.extended_sequence as u16,
            timestamp: mapped.place.timestamp,
            ssrc: mapped.ssrc,
            extensions: mapped.extensions,
        };
        let sent = out.push(self.route, |bytes, start| {
            let header_len = header.write(bytes);
            bytes.extend_from_slice(packet.payload);
            change(&mut bytes[start + header_len..]);
            if let Some((tap, side)) = self.tap {
                tap.take(self.now, side, false, Some(self.route), &bytes[start..]);
            }
            self.secured.seal.seal_rtp(mapped.place.extended_sequence, header_len, bytes, start).ok()
        });
        sent.unwrap_or(0)
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
