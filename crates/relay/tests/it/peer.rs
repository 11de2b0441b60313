//! A party on a real socket: str0m, driven by the test's own loop.

use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::RtpWrite;
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

pub(crate) struct Peer {
    rtc: Rtc,
    socket: UdpSocket,
    address: SocketAddr,
    mid: Mid,
    pub(crate) offer: String,
    pending: Option<SdpPendingOffer>,
    said: u32,
    next_frame: Instant,
    /// Payloads heard.
    pub(crate) heard: Vec<Vec<u8>>,
    pub(crate) is_connected: bool,
}

impl Peer {
    pub(crate) fn new(ip: IpAddr) -> Self {
        let socket = UdpSocket::bind((ip, 0)).expect("a socket on loopback");
        socket.set_nonblocking(true).expect("a socket can be non-blocking");
        let address = socket.local_addr().expect("a bound socket");
        let now = Instant::now();
        let mut rtc = RtcConfig::new().set_rtp_mode(true).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("an address"));
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = change.apply().expect("media was added");
        Self {
            rtc,
            socket,
            address,
            mid,
            offer: offer.to_sdp_string(),
            pending: Some(pending),
            said: 0,
            next_frame: now,
            heard: Vec::new(),
            is_connected: false,
        }
    }

    pub(crate) fn take_answer(&mut self, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer");
        self.rtc.sdp_api().accept_answer(self.pending.take().expect("one offer"), answer).expect("it fits the offer");
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    fn turn(&mut self, buffer: &mut [u8]) {
        loop {
            match self.socket.recv_from(buffer) {
                Ok((len, source)) => self.receive(source, &buffer[..len]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => panic!("{error}"),
            }
        }
        let now = Instant::now();
        if self.is_connected && now >= self.next_frame {
            self.next_frame = now + Duration::from_millis(20);
            self.say(now);
        }
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
        self.poll();
    }

    fn receive(&mut self, source: SocketAddr, contents: &[u8]) {
        let contents = contents.try_into().expect("a known protocol");
        let receive = Receive { proto: Protocol::Udp, source, destination: self.address, contents };
        self.rtc.handle_input(Input::Receive(Instant::now(), receive)).expect("str0m takes what the server sends");
        self.poll();
    }

    fn say(&mut self, now: Instant) {
        let number = self.said;
        self.said += 1;
        let payload = [&self.address.port().to_be_bytes()[..], &number.to_be_bytes()].concat();
        let mut api = self.rtc.direct_api();
        let stream = api.stream_tx_by_mid(self.mid, None).expect("the answer lets it send");
        stream.write_rtp(RtpWrite::new(111.into(), u64::from(number).into(), number * 960, now, payload));
    }

    fn poll(&mut self) {
        loop {
            match self.rtc.poll_output().expect("str0m goes on") {
                Output::Timeout(_) => return,
                Output::Transmit(transmit) => {
                    self.socket.send_to(&transmit.contents, transmit.destination).expect("loopback takes it");
                }
                Output::Event(Event::Connected) => self.is_connected = true,
                Output::Event(Event::RtpPacket(packet)) => self.heard.push(packet.payload.to_vec()),
                Output::Event(_) => {}
            }
        }
    }
}

/// Lets the peers work until `done`, or panics after ten seconds.
pub(crate) fn run_until(peers: &mut [&mut Peer], mut done: impl FnMut(&[&mut Peer]) -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut buffer = vec![0; 2048];
    while !done(peers) {
        assert!(Instant::now() < deadline, "not within ten seconds");
        for peer in &mut *peers {
            peer.turn(&mut buffer);
        }
        std::thread::yield_now();
    }
}
