//! One party of a call, without I/O: a WebRTC connection that says a voice made beforehand and counts what it hears.
//!
//! A [`crate::phone::Line`] encodes what it says and decodes what it hears, which costs a hundred times what the packets
//! do; hundreds of parties must fit into one core here.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Rtc, RtcError};

use super::hearing::Hearing;
use super::stamp::{Speaker, Stamp, Voice};
use crate::audio::{FRAME_SAMPLES, FRAME_TIME};
use crate::phone::{Milestone, SdpRefused};

/// The driver calls [`Party::handle_datagram`] for each datagram and [`Party::handle_timeout`] at the time that
/// [`Party::poll`] named last; after each of these, and after each change of the SDP, it polls until [`Output::Wake`].
pub(super) struct Party {
    rtc: Rtc,
    local: SocketAddr,
    speaker: Speaker,
    voice: Arc<Voice>,
    /// This party's offer that waits for its answer.
    offered: Option<SdpPendingOffer>,
    /// The section of its own voice.
    mid: Mid,
    mouth: Mouth,
    /// Packets said.
    said: u32,
    first_sequence: u64,
    first_timestamp: u32,
    hearing: Hearing,
    reached: Vec<Milestone>,
    outputs: VecDeque<Output>,
    is_over: bool,
}

/// Whether the party speaks.
enum Mouth {
    /// Not before the keys are exchanged.
    Waiting,
    Speaking {
        next: Instant,
    },
    Hushed,
}

/// What a party asks of its driver, or tells it.
pub(super) enum Output {
    Transmit(Transmit),
    News(News),
    /// A packet was said, so much after its time.
    Said {
        late: Duration,
    },
    /// A packet of the other party was heard for the first time, so long after it was said.
    Heard {
        delay: Duration,
    },
    /// Nothing more now; come back then, or earlier with something.
    Wake(Instant),
}

/// What happens to a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    Reached(Milestone),
    /// The connection is over.
    Closed,
}

/// One moment by two clocks: the steady one, and the one that the system stamps datagrams with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) at: Instant,
    pub(super) since_epoch: Duration,
}

impl Moment {
    pub(super) fn now() -> Self {
        // Before 1970 all delays would be zero; nothing else would suffer.
        Self { at: Instant::now(), since_epoch: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() }
    }
}

/// How often receiver reports go out: the server changes over to its own section at the first.
const REPORT_INTERVAL: Duration = Duration::from_millis(500);

impl Party {
    /// A party whose one candidate is `local`, and its offer. `partner`: whom it is to hear, if they stamp packets.
    pub(super) fn new(
        speaker: Speaker,
        partner: Option<Speaker>,
        voice: Arc<Voice>,
        local: SocketAddr,
        now: Instant,
    ) -> (Self, String) {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_rtcp_report_interval_audio(REPORT_INTERVAL)
            .clear_codecs()
            .enable_opus(true, false)
            .build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp").expect("a bound address is a valid candidate"));
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().expect("a new section needs an offer");
        let party = Self {
            rtc,
            local,
            speaker,
            voice,
            offered: Some(pending),
            mid,
            mouth: Mouth::Waiting,
            said: 0,
            // In the lower half the rollover counter stays at zero while the other side learns it (RFC 3711, 3.3.1).
            first_sequence: u64::from(rand::random::<u16>() >> 1),
            first_timestamp: rand::random(),
            hearing: Hearing::of(partner),
            reached: Vec::new(),
            outputs: VecDeque::new(),
            is_over: false,
        };
        (party, offer.to_sdp_string())
    }

    pub(super) fn apply_answer(&mut self, sdp: &str) -> Result<(), SdpRefused> {
        let answer = SdpAnswer::from_sdp_string(sdp)?;
        let pending = self.offered.take().ok_or(SdpRefused::NoOffer)?;
        Ok(self.rtc.sdp_api().accept_answer(pending, answer)?)
    }

    /// Applies an offer of the server's; nothing is sent back.
    pub(super) fn apply_offer(&mut self, sdp: &str) -> Result<(), SdpRefused> {
        let offer = SdpOffer::from_sdp_string(sdp)?;
        self.rtc.sdp_api().accept_offer(offer)?;
        Ok(())
    }

    /// Says no more, and goes on listening.
    pub(super) fn hush(&mut self) {
        self.mouth = Mouth::Hushed;
    }

    /// Says goodbye to the server; what [`Party::poll`] still gives must be sent.
    pub(super) fn hang_up(&mut self) {
        let closed = self.rtc.close();
        self.disconnect_if_failed(closed);
    }

    /// How many packets it said, and what it heard.
    pub(super) fn counts(&self) -> (u32, &Hearing) {
        (self.said, &self.hearing)
    }

    /// `arrived`: when the datagram reached the socket.
    pub(super) fn handle_datagram(&mut self, now: Moment, arrived: Duration, source: SocketAddr, datagram: &[u8]) {
        let Ok(contents) = datagram.try_into() else { return };
        let receive = Receive { proto: Protocol::Udp, source, destination: self.local, contents };
        let handled = self.rtc.handle_input(Input::Receive(now.at, receive));
        self.disconnect_if_failed(handled);
        self.drain(now, arrived);
    }

    pub(super) fn handle_timeout(&mut self, now: Moment) {
        if let Mouth::Speaking { next } = self.mouth
            && next <= now.at
        {
            self.say(now);
            self.mouth = Mouth::Speaking { next: next + FRAME_TIME };
            self.outputs.push_back(Output::Said { late: now.at - next });
        }
        let handled = self.rtc.handle_input(Input::Timeout(now.at));
        self.disconnect_if_failed(handled);
    }

    pub(super) fn poll(&mut self, now: Moment) -> Output {
        if let Some(output) = self.outputs.pop_front() {
            return output;
        }
        let wake = self.drain(now, now.since_epoch);
        self.outputs.pop_front().unwrap_or(Output::Wake(wake))
    }

    /// Empties the connection's queue into this party's; when it wants to be woken.
    fn drain(&mut self, now: Moment, arrived: Duration) -> Instant {
        loop {
            match self.rtc.poll_output() {
                Ok(str0m::Output::Timeout(at)) => {
                    if !self.rtc.is_alive() && !self.is_over {
                        self.is_over = true;
                        self.outputs.push_back(Output::News(News::Closed));
                    }
                    return self.wake(at);
                }
                Ok(str0m::Output::Transmit(transmit)) => self.outputs.push_back(Output::Transmit(transmit)),
                Ok(str0m::Output::Event(event)) => self.handle_event(event, now, arrived),
                Err(error) => self.disconnect_if_failed(Err(error)),
            }
        }
    }

    /// While it speaks, the connection's own clocks (reports, checks) wait for the next packet: 20 ms matter to none.
    fn wake(&self, connection: Instant) -> Instant {
        match self.mouth {
            Mouth::Speaking { next } => next,
            Mouth::Waiting | Mouth::Hushed => connection,
        }
    }

    fn handle_event(&mut self, event: Event, now: Moment, arrived: Duration) {
        match event {
            Event::IceConnectionStateChange(IceConnectionState::Connected | IceConnectionState::Completed) => {
                self.reach(Milestone::IceConnected);
            }
            Event::Connected => {
                self.reach(Milestone::DtlsConnected);
                if let Mouth::Waiting = self.mouth {
                    self.mouth = Mouth::Speaking { next: now.at };
                }
            }
            Event::RtpPacket(packet) => self.hear(&packet, arrived),
            // The rest is about data channels, bandwidth and states between those above.
            _ => {}
        }
    }

    fn reach(&mut self, milestone: Milestone) {
        if !self.reached.contains(&milestone) {
            self.reached.push(milestone);
            self.outputs.push_back(Output::News(News::Reached(milestone)));
        }
    }

    fn hear(&mut self, packet: &RtpPacket, arrived: Duration) {
        let stamp = self.hearing.take(*packet.header.ssrc, *packet.seq_no, &packet.payload);
        if self.hearing.is_something() {
            self.reach(Milestone::FirstPacket);
        }
        if let Some(stamp) = stamp {
            self.outputs.push_back(Output::Heard { delay: arrived.saturating_sub(stamp.sent) });
        }
    }

    fn say(&mut self, now: Moment) {
        let Some(opus) = self.opus() else { return };
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(self.mid, None) else { return };
        let stamp = Stamp { speaker: self.speaker, number: self.said, sent: now.since_epoch };
        let sequence = self.first_sequence + u64::from(self.said);
        let timestamp = self.first_timestamp.wrapping_add(self.said.wrapping_mul(FRAME_SAMPLES as u32));
        stream.write_rtp(RtpWrite::new(opus, sequence.into(), timestamp, now.at, self.voice.packet(stamp)));
        self.said += 1;
    }

    /// The payload type that the server takes for Opus.
    fn opus(&self) -> Option<Pt> {
        let taken = self.rtc.media(self.mid)?.remote_pts();
        let mut known = self.rtc.codec_config().params().iter();
        known
            .find(|params| params.spec().codec == Codec::Opus && taken.contains(&params.pt()))
            .map(|params| params.pt())
    }

    fn disconnect_if_failed(&mut self, result: Result<(), RtcError>) {
        if let Err(error) = result {
            tracing::debug!(%error, "a party's connection broke");
            self.rtc.disconnect();
        }
    }
}
