//! A party on a real socket: str0m, driven by the test's own loop.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::Receive;
use str0m::rtp::RtpWrite;
use str0m::{Event, Input, Output, Rtc, RtcConfig};

use crate::line::Line;

pub(crate) struct Peer {
    rtc: Rtc,
    line: Line,
    address: SocketAddr,
    mid: Mid,
    pub(crate) offer: String,
    pending: Option<SdpPendingOffer>,
    pub(crate) said: u32,
    pub(crate) pace: Pace,
    pub(crate) reads: bool,
    next_frame: Instant,
    /// Payloads heard.
    pub(crate) heard: Vec<Vec<u8>>,
    pub(crate) is_connected: bool,
}

/// How often the peer says something, and how many bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) interval: Duration,
    pub(crate) len: usize,
}

impl Pace {
    pub(crate) const AUDIO: Self = Self { interval: Duration::from_millis(20), len: 6 };
}

impl Peer {
    pub(crate) fn new(ip: IpAddr) -> Self {
        Self::on(Line::udp(ip))
    }

    pub(crate) fn over_tcp(ip: IpAddr) -> Self {
        Self::on(Line::tcp(ip))
    }

    fn on((line, address): (Line, SocketAddr)) -> Self {
        let now = Instant::now();
        let mut rtc = RtcConfig::new().set_rtp_mode(true).build(now);
        rtc.add_local_candidate(line.candidate(address));
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().expect("media was added");
        Self {
            rtc,
            line,
            address,
            mid,
            offer: offer.to_sdp_string(),
            pending: Some(pending),
            said: 0,
            pace: Pace::AUDIO,
            reads: true,
            next_frame: now,
            heard: Vec::new(),
            is_connected: false,
        }
    }

    pub(crate) fn take_answer(&mut self, answer: &str) {
        self.line.take_answer(answer, self.address);
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer");
        self.rtc.sdp_api().accept_answer(self.pending.take().expect("one offer"), answer).expect("it fits the offer");
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What it would send first, which is not sent.
    pub(crate) fn first_check(&mut self) -> Vec<u8> {
        loop {
            self.rtc.handle_input(Input::Timeout(Instant::now())).expect("time passes");
            if let Output::Transmit(transmit) = self.rtc.poll_output().expect("str0m goes on") {
                return transmit.contents.to_vec();
            }
        }
    }

    /// The server closed its connection.
    pub(crate) fn is_put_out(&self) -> bool {
        matches!(&self.line, Line::Tcp(connection) if connection.is_over)
    }

    fn turn(&mut self) {
        while let Some((source, datagram)) = self.reads.then(|| self.line.receive()).flatten() {
            self.receive(source, &datagram);
        }
        let now = Instant::now();
        if self.is_connected && now >= self.next_frame {
            self.next_frame = now + self.pace.interval;
            self.say(now);
        }
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
        self.poll();
    }

    fn receive(&mut self, source: SocketAddr, contents: &[u8]) {
        let contents = contents.try_into().expect("a known protocol");
        let receive = Receive { proto: self.line.protocol(), source, destination: self.address, contents };
        self.rtc.handle_input(Input::Receive(Instant::now(), receive)).expect("str0m takes what the server sends");
        self.poll();
    }

    fn say(&mut self, now: Instant) {
        let number = self.said;
        self.said += 1;
        let mut payload = [&self.address.port().to_be_bytes()[..], &number.to_be_bytes()].concat();
        payload.resize(self.pace.len, 0);
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(self.mid, None).expect("the answer lets it send");
        stream.write_rtp(RtpWrite::new(111.into(), u64::from(number).into(), number * 960, now, payload));
    }

    fn poll(&mut self) {
        loop {
            match self.rtc.poll_output().expect("str0m goes on") {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => {
                    self.line.send(transmit.destination, &transmit.contents);
                }
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(Event::RtpPacket(packet)) => self.heard.push(packet.payload.to_vec()),
                Output::Event(_) => {}
            }
        }
    }
}

/// Lets the peers work until `done`, or panics after half a minute.
pub(crate) fn run_until(peers: &mut [&mut Peer], mut done: impl FnMut(&[&mut Peer]) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !done(peers) {
        assert!(Instant::now() < deadline, "not within half a minute");
        for peer in &mut *peers {
            peer.turn();
        }
        std::thread::yield_now();
    }
}
