//! RTCP from one leg to the other: what a party reports about the other one's streams is mapped to those streams, so the
//! two ends measure each other, not the relay.

use std::time::Instant;

use offhook_call::Side;

use super::account::Account;
use super::dtls::Link;
use super::hearing::Hearing;
use super::io::Io;
use super::leg::Leg;
use super::outbound::Outbound;
use super::transmits::Route;
use super::video::Video;
use crate::rtcp::{self, Sender, Translation};

impl Leg {
    /// Opens a compound packet of this leg's peer.
    pub(super) fn receive_rtcp<'p>(&mut self, datagram: &'p mut [u8], io: &mut Io<'_>) -> Option<&'p [u8]> {
        let Link::Secured(secured) = &self.link else {
            self.stats.early += 1;
            return None;
        };
        let len = match self.sources.open_rtcp(&secured.open, datagram) {
            Ok(len) => len,
            Err(refused) => {
                self.stats.count_refused(refused);
                return None;
            }
        };
        self.heard(io.now);
        self.stats.rtcp_in += 1;
        let compound = &datagram[..len];
        if let Some(tap) = io.tap {
            tap.take(io.now, self.key.side, true, self.route, compound);
        }
        if rtcp::reported_sources(compound).any(|ssrc| ssrc == self.b.ssrc) {
            self.b_reported();
        }
        self.note_reports(compound, io.now);
        if let Some(video) = &mut self.video {
            self.ledger.key_frame_requests += rtcp::requested_pictures(compound).count() as u64;
            video.note_feedback(compound, io.now);
        }
        Some(compound)
    }

    /// Sends the other party's RTCP to this leg's peer. While B goes beside A, what is said of A is said once more of B.
    pub(super) fn send_rtcp(&mut self, from: &Leg, compound: &[u8], io: &mut Io<'_>) {
        for (ssrc, ntp_middle) in rtcp::sender_reports(compound) {
            let fed = self.streams_mut().filter(|stream| stream.is_fed_by(ssrc));
            fed.for_each(|stream| stream.account.reported_by_source(ntp_middle));
        }
        let (theirs, ours) = (from.streams(), Streams::of(&self.a, &self.b, self.hearing, self.video.as_deref()));
        let source = |ssrc| theirs.iter().find(|stream| stream.ssrc == ssrc)?.source();
        let stream = |ssrc| ours.iter().find_map(|stream| stream.as_sender(ssrc));
        let speaker = |ssrc| Some(stream(ssrc).map_or(ours.main.ssrc, |stream| stream.ssrc));
        let cname = self.audio.cname.as_bytes();
        let is_report_of =
            |ssrc, report| theirs.iter().any(|stream| stream.ssrc == ssrc && stream.account.is_of_source(report));
        let command = |ssrc, number| {
            let videos = self.video.as_deref().zip(from.video.as_deref());
            videos.map_or(number, |(own, far)| own.command_number(far, ssrc, from.key.generation, number))
        };
        let transport = |number| from.video.as_ref()?.numbers.sent(number);
        // What concerns the whole way may be said of a stream that nothing was sent in yet.
        let any_source = theirs.iter().find_map(Outbound::source).map(|source| source.ssrc);
        let translation = Translation {
            cname,
            stream: &stream,
            speaker: &speaker,
            source: &source,
            is_report_of: &is_report_of,
            command: &command,
            transport: &transport,
            any_source,
        };
        let mut way = (&mut self.link, self.route, self.key.side);
        let mut sent = write_rtcp(&mut way, io, |out| rtcp::rewrite(compound, &translation, out).ok());

        if self.hearing.sends_a() && self.hearing.sends_b() {
            let stream = |ssrc| self.b.as_sender(ssrc);
            let speaker = |ssrc| Some(stream(ssrc)?.ssrc);
            let translation = Translation {
                stream: &stream,
                speaker: &speaker,
                source: &|_| None,
                transport: &|_| None,
                any_source: None,
                ..translation
            };
            sent += write_rtcp(&mut way, io, |out| rtcp::rewrite(compound, &translation, out).ok());
        }
        self.stats.rtcp_out += sent;
        if sent > 0 {
            let reports = rtcp::sender_reports(compound);
            reports.for_each(|(_, ntp)| self.ledger.reports.sender_report_sent(ntp, io.now));
        }
    }

    /// Keeps what the peer says of the way to it.
    fn note_reports(&mut self, compound: &[u8], now: Instant) {
        for block in rtcp::report_blocks(compound) {
            let audio = [&mut self.a, &mut self.b].map(|stream| (stream, true));
            let video = self.video.iter_mut().flat_map(|video| video.streams_mut()).map(|stream| (stream, false));
            let mut streams = audio.into_iter().chain(video);
            if let Some((stream, is_audio)) = streams.find(|(stream, _)| stream.ssrc == block.ssrc) {
                self.ledger.reports.note(&block, stream, is_audio, now);
                stream.account.reported_by_receiver(block.lost);
            }
        }
    }

    /// Asks the other party, in the name of this leg's peer, for the key frames that this one wants.
    pub(super) fn ask_for_pictures(&mut self, sender: &mut Leg, io: &mut Io<'_>) {
        let ready = |leg: &Leg| leg.is_connected() && leg.route.is_some();
        if self.video.is_none() || !ready(self) || !ready(sender) {
            return;
        }
        let ours = sender.streams().main.ssrc;
        let (Some(video), Some(theirs)) = (&mut self.video, &sender.video) else { return };
        let mut way = (&mut sender.link, sender.route, sender.key.side);
        video.ask_for_pictures(theirs, self.key, io, |media, io| {
            let sent = write_rtcp(&mut way, io, |out| Some(rtcp::write_picture_loss(ours, media, out)));
            sender.stats.rtcp_out += sent;
        });
    }

    /// Everything that the peer gets.
    fn streams_mut(&mut self) -> impl Iterator<Item = &mut Outbound> {
        [&mut self.a, &mut self.b].into_iter().chain(self.video.iter_mut().flat_map(|video| video.streams_mut()))
    }

    fn streams(&self) -> Streams<'_> {
        Streams::of(&self.a, &self.b, self.hearing, self.video.as_deref())
    }
}

/// The streams that a leg's peer gets, as it is told about them.
#[derive(Clone, Copy)]
struct Streams<'a> {
    /// Stands for the other party's audio: A for as long as it is sent.
    main: &'a Outbound,
    video: Option<&'a Video>,
}

impl<'a> Streams<'a> {
    fn of(a: &'a Outbound, b: &'a Outbound, hearing: Hearing, video: Option<&'a Video>) -> Self {
        Self { main: if hearing.sends_b() && !hearing.sends_a() { b } else { a }, video }
    }

    fn iter(self) -> impl Iterator<Item = &'a Outbound> {
        std::iter::once(self.main).chain(self.video.into_iter().flat_map(Video::streams))
    }
}

/// Returns how many packets were sent: one, or none if there was nothing to write or nowhere to send it.
fn write_rtcp(
    (link, route, side): &mut (&mut Link, Option<Route>, Side),
    io: &mut Io<'_>,
    write: impl FnOnce(&mut Vec<u8>) -> Option<usize>,
) -> u64 {
    let (Link::Secured(secured), Some(route)) = (link, *route) else { return 0 };
    let sent = io.out.push(route, |bytes, start| {
        if write(bytes)? == 0 {
            return None;
        }
        if let Some(tap) = io.tap {
            tap.take(io.now, *side, false, Some(route), &bytes[start..]);
        }
        secured.seal.seal_rtcp(bytes, start).ok()
    });
    u64::from(sent.is_some())
}

impl Outbound {
    fn is_fed_by(&self, ssrc: u32) -> bool {
        self.source().is_some_and(|source| source.ssrc == ssrc)
    }

    /// What the SSRC that feeds this stream is here.
    fn as_sender(&self, ssrc: u32) -> Option<Sender> {
        let Account { packets, octets, .. } = self.account;
        let timestamp_offset = self.timestamp_offset();
        self.is_fed_by(ssrc).then_some(Sender { ssrc: self.ssrc, timestamp_offset, packets, octets })
    }
}
