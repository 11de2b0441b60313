//! A party of a call, on str0m: it connects to the relay as any client does, and makes and checks packets.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::{Context as _, bail, ensure};
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite};
use str0m::{Candidate, Event, Input, Output, Rtc};

pub(crate) struct Party {
    rtc: Rtc,
    address: SocketAddr,
    /// `None`: the party was called and has not connected.
    mid: Option<Mid>,
    opus: Pt,
    pending: Option<SdpPendingOffer>,
    outgoing: VecDeque<(SocketAddr, Vec<u8>)>,
    /// Time stands still for the party between two calls, so that it sends nothing of its own while it is measured.
    now: Instant,
    next_sequence: u64,
    /// Where the party sends to.
    pub(crate) relay: Option<SocketAddr>,
    pub(crate) connected: bool,
    /// Packets opened and found to carry what a party sends.
    pub(crate) received: usize,
    /// What the last of them was stamped with.
    pub(crate) heard: Option<Stamp>,
}

/// What the sender of a packet writes at the beginning of its payload.
pub(crate) type Stamp = [u8; STAMP_LEN];

impl Party {
    /// Returns the party and its offer.
    pub(crate) fn new(now: Instant, address: SocketAddr) -> anyhow::Result<(Self, String)> {
        let mut rtc = rtc(now, address)?;
        let mut changes = rtc.sdp_api();
        let mid = changes.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
        let (offer, pending) = changes.apply().context("nothing to offer")?;
        let party = Self { pending: Some(pending), ..Self::with(rtc, address, Some(mid), now)? };
        Ok((party, offer.to_sdp_string()))
    }

    /// Returns a party that is offered a session, and its answer.
    pub(crate) fn called(now: Instant, address: SocketAddr, offer: &str) -> anyhow::Result<(Self, String)> {
        let mut rtc = rtc(now, address)?;
        let answer = rtc.sdp_api().accept_offer(SdpOffer::from_sdp_string(offer)?)?;
        Ok((Self::with(rtc, address, None, now)?, answer.to_sdp_string()))
    }

    fn with(rtc: Rtc, address: SocketAddr, mid: Option<Mid>, now: Instant) -> anyhow::Result<Self> {
        let opus = rtc.codec_config().find(|params| params.spec().codec == Codec::Opus).context("no Opus")?.pt();
        Ok(Self {
            rtc,
            address,
            mid,
            opus,
            pending: None,
            outgoing: VecDeque::new(),
            now,
            next_sequence: FIRST_SEQUENCE,
            relay: None,
            connected: false,
            received: 0,
            heard: None,
        })
    }

    pub(crate) fn accept(&mut self, answer: &str) -> anyhow::Result<()> {
        let pending = self.pending.take().context("answered twice")?;
        self.rtc.sdp_api().accept_answer(pending, SdpAnswer::from_sdp_string(answer)?)?;
        self.drain()
    }

    pub(crate) fn tick(&mut self, now: Instant) -> anyhow::Result<()> {
        self.now = now;
        self.rtc.handle_input(Input::Timeout(now))?;
        self.drain()
    }

    pub(crate) fn receive(&mut self, from: SocketAddr, datagram: &[u8]) -> anyhow::Result<()> {
        let received = Receive::new(Protocol::Udp, from, self.address, datagram)?;
        self.rtc.handle_input(Input::Receive(self.now, received))?;
        self.drain()
    }

    pub(crate) fn poll_transmit(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.outgoing.pop_front()
    }

    /// The next packet of speech, sealed.
    pub(crate) fn next_packet(&mut self) -> anyhow::Result<Vec<u8>> {
        self.speak(self.now, [FILLING; STAMP_LEN])?;
        // What is no speech (a report, a check) is not part of the load.
        let opus = *self.opus;
        let packet = self.outgoing.drain(..).map(|(_, datagram)| datagram).find(|datagram| datagram[1] & 0x7F == opus);
        packet.context("str0m did not send the packet")
    }

    /// Has the next packet of speech to send, and whatever else is due.
    pub(crate) fn speak(&mut self, now: Instant, stamp: Stamp) -> anyhow::Result<()> {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let level = ExtensionValues { audio_level: Some(LEVEL_DB), voice_activity: Some(true), ..Default::default() };
        let time = sequence as u32 * TICKS_PER_PACKET;
        let mut payload = [FILLING; PAYLOAD_LEN];
        payload[..STAMP_LEN].copy_from_slice(&stamp);
        let write = RtpWrite::new(self.opus, sequence.into(), time, now, payload).ext_vals(level);
        let mid = self.mid.context("not connected")?;
        let mut api = self.rtc.direct_api();
        api.stream_tx_by_mid(mid, None).context("no stream to send")?.write_rtp(write);
        self.tick(now)
    }

    fn drain(&mut self) -> anyhow::Result<()> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(_) => return Ok(()),
                Output::Transmit(transmit) => {
                    self.relay = Some(transmit.destination);
                    self.outgoing.push_back((transmit.destination, transmit.contents.into()));
                }
                Output::Event(Event::MediaAdded(added)) => self.mid = Some(added.mid),
                Output::Event(Event::Connected) => self.connected = true,
                Output::Event(Event::RtpPacket(packet)) => {
                    let Some((stamp, rest)) = packet.payload.split_first_chunk() else { bail!("the payload is cut") };
                    ensure!(*rest == [FILLING; PAYLOAD_LEN - STAMP_LEN], "the payload changed on its way");
                    self.received += 1;
                    self.heard = Some(*stamp);
                }
                Output::Event(_) => {}
            }
        }
    }
}

fn rtc(now: Instant, address: SocketAddr) -> anyhow::Result<Rtc> {
    let mut rtc = Rtc::builder().clear_codecs().enable_opus(true, false).set_rtp_mode(true).build(now);
    rtc.add_local_candidate(Candidate::host(address, "udp")?);
    Ok(rtc)
}

/// 20 ms of Opus at 48 kbit/s.
const PAYLOAD_LEN: usize = 120;
const STAMP_LEN: usize = 8;
const FILLING: u8 = 0x78;
const TICKS_PER_PACKET: u32 = 960;
const FIRST_SEQUENCE: u64 = 1000;
const LEVEL_DB: i8 = -30;
