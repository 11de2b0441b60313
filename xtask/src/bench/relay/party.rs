//! A party of a call, on str0m: it connects to the relay as any client does, and makes and checks packets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context as _;
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

pub(super) struct Party {
    rtc: Rtc,
    address: SocketAddr,
    mid: Mid,
    opus: Pt,
    pending: Option<SdpPendingOffer>,
    outgoing: VecDeque<(SocketAddr, Vec<u8>)>,
    /// Time stands still for the party between two calls, so that it sends nothing of its own while it is measured.
    now: Instant,
    next_sequence: u64,
    /// Where the party sends to.
    pub(super) relay: Option<SocketAddr>,
    pub(super) connected: bool,
    /// Packets opened and found to carry what a party sends.
    pub(super) received: usize,
}

impl Party {
    /// Returns the party and its offer.
    pub(super) fn new(now: Instant, address: SocketAddr) -> anyhow::Result<(Self, String)> {
        let mut rtc = Rtc::builder().clear_codecs().enable_opus(true, false).set_rtp_mode(true).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp")?);
        let opus = rtc.codec_config().find(|params| params.spec().codec == Codec::Opus).context("no Opus")?.pt();
        let mut changes = rtc.sdp_api();
        let mid = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = changes.apply().context("nothing to offer")?;
        let party = Self {
            rtc,
            address,
            mid,
            opus,
            pending: Some(pending),
            outgoing: VecDeque::new(),
            now,
            next_sequence: FIRST_SEQUENCE,
            relay: None,
            connected: false,
            received: 0,
        };
        Ok((party, offer.to_sdp_string()))
    }

    pub(super) fn accept(&mut self, answer: &str) -> anyhow::Result<()> {
        let pending = self.pending.take().context("answered twice")?;
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(answer)?)?;
        self.drain()
    }

    pub(super) fn tick(&mut self, now: Instant) -> anyhow::Result<()> {
        self.now = now;
        self.rtc.handle_input(Input::Timeout(now))?;
        self.drain()
    }

    pub(super) fn receive(&mut self, from: SocketAddr, datagram: &[u8]) -> anyhow::Result<()> {
        let received = Receive::new(Protocol::Udp, from, self.address, datagram)?;
        self.rtc.handle_input(Input::Receive(self.now, received))?;
        self.drain()
    }

    pub(super) fn poll_transmit(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.outgoing.pop_front()
    }

    /// The next packet of speech, sealed.
    pub(super) fn next_packet(&mut self) -> anyhow::Result<Vec<u8>> {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let level = ExtensionValues { audio_level: Some(LEVEL_DB), voice_activity: Some(true), ..Default::default() };
        let time = sequence as u32 * TICKS_PER_PACKET;
        let write = RtpWrite::new(self.opus, sequence.into(), time, self.now, PAYLOAD).ext_vals(level);
        let mut api = self.rtc.direct_api();
        api.stream_tx_by_mid(self.mid, None).context("no stream to send")?.write_rtp(write);
        self.tick(self.now)?;
        // What is no speech (a report, a check) is not part of the load.
        let opus = *self.opus;
        let packet = self.outgoing.drain(..).map(|(_, datagram)| datagram).find(|datagram| datagram[1] & 0x7F == opus);
        packet.context("str0m did not send the packet")
    }

    fn drain(&mut self) -> anyhow::Result<()> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(_) => return Ok(()),
                Output::Transmit(transmit) => {
                    self.relay = Some(transmit.destination);
                    self.outgoing.push_back((transmit.destination, transmit.contents.into()));
                }
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => {
                    anyhow::ensure!(packet.payload[..] == PAYLOAD, "the payload changed on its way");
                    self.received += 1;
                }
                Output::Event(_) => {}
            }
        }
    }
}

/// 20 ms of Opus at 48 kbit/s.
const PAYLOAD: [u8; 120] = [0x78; 120];
const TICKS_PER_PACKET: u32 = 960;
const FIRST_SEQUENCE: u64 = 1000;
const LEVEL_DB: i8 = -30;
