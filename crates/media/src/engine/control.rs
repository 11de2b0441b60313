//! RTCP from one leg to the other: what a party reports about the other one's stream is mapped to that stream, so the
//! two ends measure each other, not the relay.

use super::dtls::Link;
use super::leg::{Io, Leg};
use super::outbound::Outbound;
use crate::rtcp::{self, Sender, Source, Translation};

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
        if rtcp::reported_sources(compound).any(|ssrc| ssrc == self.b.ssrc) {
            self.b_reported();
        }
        Some(compound)
    }

    /// Sends the other party's RTCP to this leg's peer: all of it in the name of the main stream, and the sender's part
    /// once more in the name of B while that goes beside A.
    pub(super) fn send_rtcp(&mut self, from: &Leg, compound: &[u8], io: &mut Io<'_>) {
        let reported = from.main_stream();
        let ours = self.sources.current().zip(reported.source_sequence_offset());
        let source = |ssrc| {
            let (to, sequence_offset) = ours.filter(|_| ssrc == reported.ssrc)?;
            Some(Source { ssrc: to, sequence_offset })
        };
        let main = self.main_stream().as_sender();
        let sender = |ssrc| from.speaks(ssrc).then_some(main);
        self.write_rtcp(compound, &sender, &source, io);

        if self.has_b_beside_a() {
            let beside = self.b.as_sender();
            let sender = |ssrc| from.speaks(ssrc).then_some(beside);
            self.write_rtcp(compound, &sender, &|_| None, io);
        }
    }

    fn write_rtcp(
        &mut self,
        compound: &[u8],
        sender: &dyn Fn(u32) -> Option<Sender>,
        source: &dyn Fn(u32) -> Option<Source>,
        io: &mut Io<'_>,
    ) {
        let (Link::Secured(secured), Some(route)) = (&mut self.link, self.route) else { return };
        let translation = Translation { cname: self.audio.cname.as_bytes(), sender, source };
        let sent = io.out.push(route, |bytes, start| {
            let len = rtcp::rewrite(compound, &translation, bytes).ok()?;
            if len == 0 {
                return None;
            }
            secured.seal.seal_rtcp(bytes, start).ok()
        });
        self.stats.rtcp_out += u64::from(sent.is_some());
    }

    /// Whether what this SSRC says is said of the stream that carries its audio. One whose turn is over says nothing
    /// there; one that never sent media, but reports, speaks for the stream.
    fn speaks(&self, ssrc: u32) -> bool {
        self.sources.current() == Some(ssrc) || !self.sources.had_turn(ssrc)
    }

    /// The stream that stands for the other party's audio: A for as long as it is sent.
    fn main_stream(&self) -> &Outbound {
        if self.hearing.sends_b() && !self.hearing.sends_a() { &self.b } else { &self.a }
    }

    fn has_b_beside_a(&self) -> bool {
        self.hearing.sends_a() && self.hearing.sends_b() && self.b.timestamp_offset().is_some()
    }
}

impl Outbound {
    fn as_sender(&self) -> Sender {
        Sender { ssrc: self.ssrc, timestamp_offset: self.timestamp_offset().unwrap_or(0) }
    }
}
