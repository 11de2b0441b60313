//! The party itself, without I/O.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, Transmit};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Rtc, RtcError};

use super::ear::{Arrival, Ear};
use super::keypad::Digit;
use super::mouth::{Kind, Mouth, Packet};
use super::video::{Camera, Eye};
use super::{Config, Heard, LineEvent, Milestone, SdpRefused, Source, Statistics, Tap, sdp};

/// One WebRTC connection with a mouth and an ear.
///
/// The driver calls [`Line::tick`] every 20 ms, [`Line::handle_datagram`] for each datagram and
/// [`Line::handle_timeout`] at the time that [`Line::poll`] named last, and after each of these, and after each change
/// of the SDP, polls until [`Output::Timeout`].
pub struct Line {
    rtc: Rtc,
    local: SocketAddr,
    started: Instant,
    /// The latest time given.
    now: Instant,
    /// This line's offer that waits for its answer.
    offered: Option<SdpPendingOffer>,
    /// The sections, in their order.
    mids: Vec<Mid>,
    milestones: BTreeMap<Milestone, Duration>,
    events: VecDeque<LineEvent>,
    mouth: Mouth,
    ear: Ear,
    tap: Option<Tap>,
    /// The first offer declares video.
    video: bool,
    /// The section of this line's own video, once there was any.
    own_video: Option<Mid>,
    camera: Option<Camera>,
    eye: Eye,
    packets_sent: u64,
    ssrc: Option<u32>,
    closed: bool,
}

/// The id of the track that a line's own video is, in the `msid` line of its offers.
pub const VIDEO_TRACK: &str = "video";

/// What a line asks its driver for.
pub enum Output {
    /// Send this datagram.
    Transmit(Transmit),
    Event(LineEvent),
    /// Nothing more now; come back at this time, or earlier with something.
    Timeout(Instant),
}

impl Line {
    /// A line whose one candidate is `local`, the address that the driver's socket is bound to.
    pub fn new(config: Config, local: SocketAddr, now: Instant) -> Self {
        let mut rtc = sdp::rtc(&config, now);
        let candidate = Candidate::host(local, "udp").expect("a bound address is a valid candidate");
        rtc.add_local_candidate(candidate);
        Self {
            rtc,
            local,
            started: now,
            now,
            offered: None,
            mids: Vec::new(),
            milestones: BTreeMap::new(),
            events: VecDeque::new(),
            mouth: Mouth::new(config.source),
            ear: Ear::new(config.listen_for_hz),
            tap: config.tap,
            video: config.video,
            own_video: None,
            camera: None,
            eye: Eye::default(),
            packets_sent: 0,
            ssrc: None,
            closed: false,
        }
    }

    /// An offer of one audio section, both ways, and perhaps of one that takes video.
    pub fn offer(&mut self) -> String {
        let mut change = self.rtc.sdp_api();
        self.mids.push(change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None));
        if self.video {
            self.mids.push(change.add_media(MediaKind::Video, Direction::RecvOnly, None, None, None));
        }
        let (offer, pending) = change.apply().expect("a new section needs an offer");
        self.offered = Some(pending);
        offer.to_sdp_string()
    }

    /// An offer that turns this line's own video on, or off. It has a section of its own, whose track is
    /// [`VIDEO_TRACK`]. `None` if it was off already.
    pub fn offer_video(&mut self, camera: Option<Camera>) -> Option<String> {
        let direction = if camera.is_some() { Direction::SendOnly } else { Direction::Inactive };
        let mut change = self.rtc.sdp_api();
        match self.own_video {
            Some(mid) => change.set_direction(mid, direction),
            None if camera.is_none() => return None,
            None => {
                let track = Some(VIDEO_TRACK.to_owned());
                let mid = change.add_media(MediaKind::Video, direction, None, track, None);
                self.own_video = Some(mid);
                self.mids.push(mid);
            }
        }
        self.camera = camera;
        let (offer, pending) = change.apply()?;
        self.offered = Some(pending);
        Some(offer.to_sdp_string())
    }

    /// Applies the answer to [`Line::offer`].
    pub fn apply_answer(&mut self, sdp: &str) -> Result<(), SdpRefused> {
        let answer = SdpAnswer::from_sdp_string(sdp)?;
        let pending = self.offered.take().ok_or(SdpRefused::NoOffer)?;
        Ok(self.rtc.sdp_api().accept_answer(pending, answer)?)
    }

    /// Applies an offer of the other party, and its own answer, which is returned. The server's own offers in a call
    /// need nothing sent back (the calling API, section 8.1).
    pub fn apply_offer(&mut self, sdp: &str) -> Result<String, SdpRefused> {
        let offer = SdpOffer::from_sdp_string(sdp)?;
        Ok(self.rtc.sdp_api().accept_offer(offer)?.to_sdp_string())
    }

    /// Says something else from now on.
    pub fn say(&mut self, source: Source) {
        self.mouth.say(source);
    }

    /// Presses a key, after those that wait.
    pub fn press(&mut self, digit: Digit) {
        self.mouth.press(digit);
    }

    pub fn handle_datagram(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        self.now = now;
        let Ok(contents) = datagram.try_into() else { return };
        let receive = Receive { proto: Protocol::Udp, source, destination: self.local, contents };
        let handled = self.rtc.handle_input(Input::Receive(now, receive));
        self.disconnect_if_failed(handled);
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.now = now;
        let handled = self.rtc.handle_input(Input::Timeout(now));
        self.disconnect_if_failed(handled);
    }

    /// 20 ms have passed: hears a frame and says one. Before the keys are exchanged nothing happens.
    pub fn tick(&mut self, now: Instant) {
        self.now = now;
        if !self.milestones.contains_key(&Milestone::DtlsConnected) {
            return;
        }
        let heard = self.ear.next_frame(|mid| receives(&self.rtc, mid));
        if let Some(tap) = &mut self.tap {
            tap(&heard);
        }
        let packet = self.mouth.next_packet(&heard);
        self.send(packet);
        for packet in self.camera.as_mut().map(Camera::tick).unwrap_or_default() {
            self.send(packet);
        }
    }

    /// Says goodbye to the other party (a DTLS alert); what [`Line::poll`] still gives must be sent.
    pub fn hang_up(&mut self) {
        let closed = self.rtc.close();
        self.disconnect_if_failed(closed);
    }

    pub fn poll(&mut self) -> Output {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Output::Event(event);
            }
            match self.rtc.poll_output() {
                Ok(str0m::Output::Timeout(_)) if !self.rtc.is_alive() && !self.closed => {
                    self.closed = true;
                    self.events.push_back(LineEvent::Closed);
                }
                Ok(str0m::Output::Timeout(at)) => return Output::Timeout(at),
                Ok(str0m::Output::Transmit(transmit)) => return Output::Transmit(transmit),
                Ok(str0m::Output::Event(event)) => self.handle_event(event),
                Err(error) => self.disconnect_if_failed(Err(error)),
            }
        }
    }

    /// The connection is over; nothing more will come.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// What was heard so far.
    pub fn heard(&self) -> Heard {
        self.ear.heard()
    }

    pub fn statistics(&self) -> Statistics {
        Statistics {
            milestones: self.milestones.clone(),
            packets_sent: self.packets_sent,
            ssrc: self.ssrc,
            streams: self.ear.report(),
            heard: self.heard(),
            video: self.eye.report(),
            round_trip: self.ear.round_trip(),
        }
    }

    fn handle_event(&mut self, event: Event) {
        match event {
            Event::IceConnectionStateChange(state) => self.handle_ice(state),
            Event::Connected => self.reach(Milestone::DtlsConnected),
            Event::MediaAdded(media) if !self.mids.contains(&media.mid) => self.mids.push(media.mid),
            Event::RtpPacket(packet) => self.hear(packet),
            // The rest is about data channels and bandwidth, which a line does not have.
            _ => {}
        }
    }

    fn handle_ice(&mut self, state: IceConnectionState) {
        match state {
            IceConnectionState::New | IceConnectionState::Checking => {}
            IceConnectionState::Connected | IceConnectionState::Completed => self.reach(Milestone::IceConnected),
            IceConnectionState::Disconnected => self.events.push_back(LineEvent::IceDisconnected),
        }
    }

    fn reach(&mut self, milestone: Milestone) {
        if let Entry::Vacant(first_time) = self.milestones.entry(milestone) {
            let after = *first_time.insert(self.now - self.started);
            self.events.push_back(LineEvent::Reached { milestone, after });
        }
    }

    fn hear(&mut self, packet: RtpPacket) {
        let Some(kind) = self.kind_of(packet.header.payload_type) else { return };
        let Some(mid) = self.rtc.direct_api().stream_rx(&packet.header.ssrc).map(|stream| stream.mid()) else { return };
        let audible = receives(&self.rtc, mid);
        if kind == Kind::Video {
            if audible {
                let marker = packet.header.marker;
                self.eye.take(*packet.header.ssrc, mid, *packet.seq_no, marker, &packet.payload);
            }
            return;
        }
        if audible {
            self.reach(Milestone::FirstPacket);
        }
        let released = self.ear.take(Arrival {
            kind,
            ssrc: *packet.header.ssrc,
            mid,
            audible,
            sequence: *packet.seq_no,
            timestamp: packet.header.timestamp,
            payload: packet.payload,
        });
        self.events.extend(released.map(|(digit, held)| LineEvent::Digit { digit, held }));
    }

    fn send(&mut self, packet: Packet) {
        let Some((mid, pt)) = self.route(packet.kind) else { return };
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return };
        let write = RtpWrite::new(pt, packet.sequence.into(), packet.timestamp, self.now, packet.payload);
        stream.write_rtp(write.marker(packet.marker));
        if packet.kind != Kind::Video {
            self.ssrc = Some(*stream.ssrc());
            self.packets_sent += 1;
        }
    }

    /// The first section of its kind that sends, and the payload type that the other party takes there for this kind.
    fn route(&self, kind: Kind) -> Option<(Mid, Pt)> {
        let is_video = kind == Kind::Video;
        let sends = |mid: &&Mid| {
            self.rtc
                .media(**mid)
                .is_some_and(|media| media.direction().is_sending() && media.kind().is_video() == is_video)
        };
        let mid = *self.mids.iter().find(sends)?;
        let taken = self.rtc.media(mid)?.remote_pts();
        let mut known = self.rtc.codec_config().params().iter();
        let params = known.find(|params| params.spec().codec == kind.codec() && taken.contains(&params.pt()))?;
        Some((mid, params.pt()))
    }

    fn kind_of(&self, pt: Pt) -> Option<Kind> {
        let params = self.rtc.codec_config().params().iter().find(|params| params.pt() == pt)?;
        [Kind::Audio, Kind::TelephoneEvent, Kind::Video].into_iter().find(|kind| kind.codec() == params.spec().codec)
    }

    fn disconnect_if_failed(&mut self, result: Result<(), RtcError>) {
        if let Err(error) = result {
            tracing::debug!(%error, "the connection broke");
            self.rtc.disconnect();
        }
    }
}

/// Whether what arrives in this section is heard.
fn receives(rtc: &Rtc, mid: Mid) -> bool {
    rtc.media(mid).is_some_and(|media| media.direction().is_receiving())
}

impl Kind {
    fn codec(self) -> Codec {
        match self {
            Self::Audio => Codec::Opus,
            Self::TelephoneEvent => Codec::Tele,
            Self::Video => Codec::Vp8,
        }
    }
}
