//! What a peer says about the video that it gets, and what is asked for in its name.

use std::time::Instant;

use super::super::io::Io;
use super::super::leg::LegKey;
use super::super::timer::Timer;
use super::picture::Step;
use super::sections::{Incoming, Outgoing, Video};
use crate::rtcp;

impl Video {
    /// Takes notice of reports and key frame requests in a compound packet of the peer.
    pub(in super::super) fn note_feedback(&mut self, compound: &[u8], now: Instant) {
        for ssrc in rtcp::reported_sources(compound) {
            self.with_stream(ssrc, |section| section.picture.reported());
        }
        for ssrc in rtcp::requested_pictures(compound) {
            self.with_stream(ssrc, |section| section.picture.asked_by_peer(now));
        }
    }

    /// Calls `ask` with the SSRCs of the sender that key frames are due of, and sets a timer for those that are due later.
    /// Both legs are connected: what is wanted before stays wanted.
    pub(in super::super) fn ask_for_pictures(
        &mut self,
        sender: &Video,
        leg: LegKey,
        io: &mut Io<'_>,
        mut ask: impl FnMut(u32, &mut Io<'_>),
    ) {
        for section in self.outgoing.iter_mut().filter(|section| section.flows) {
            let Some(media) = sender.incoming(section.spec.label).and_then(Incoming::likely_media) else { continue };
            match section.picture.step(io.now) {
                Step::Nothing => {}
                Step::AskNow => ask(media, io),
                Step::AskAt(at) => io.timers.set(at, leg, Timer::Picture),
            }
        }
    }

    /// The number under which this leg's peer gets a command about `ssrc`, a stream of the leg that it comes from.
    pub(in super::super) fn command_number(&self, from: &Video, ssrc: u32, generation: u64, received: u8) -> u8 {
        let label = from.outgoing.iter().find(|section| section.media.ssrc == ssrc).map(|section| section.spec.label);
        let section = label.and_then(|label| self.incoming(label));
        section.map_or(received, |section| section.commands.number(generation, received))
    }

    fn with_stream(&mut self, ssrc: u32, work: impl FnOnce(&mut Outgoing)) {
        if let Some(section) = self.outgoing.iter_mut().find(|section| section.media.ssrc == ssrc) {
            work(section);
        }
    }
}

impl Incoming {
    /// The stream that is forwarded, or the one that will be: its first packets may have been lost.
    fn likely_media(&self) -> Option<u32> {
        self.media.or(self.spec.ssrcs.first().copied())
    }
}
