//! One party of a call: a complete WebRTC stack (str0m) that offers, talks and keeps what it hears.

use offhook_call::ConsumerAudio;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, Frequency, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive, TcpType};
use str0m::rtp::rtcp::Rtcp;
use str0m::rtp::{ExtensionValues, RawPacket, RtpWrite, VideoOrientation};
use str0m::stats::{MediaEgressStats, MediaIngressStats};
use str0m::{Candidate, Event, Input, Output, Rtc, RtcConfig};

use crate::film::{Camera, Numbers};
use crate::wire::Datagram;
use crate::world::SERVER_TCP;

pub(crate) struct Party {
    pub(crate) rtc: Rtc,
    /// Where the party believes to be, and where the world sees it.
    pub(crate) inside: SocketAddr,
    pub(crate) outside: SocketAddr,
    /// Addresses that it got later.
    others: Vec<SocketAddr>,
    pub(crate) mid: Mid,
    pub(crate) offer: String,
    pending: Option<SdpPendingOffer>,
    /// When the next 20 ms of audio are due; `None` while muted.
    pub(crate) next_frame: Option<Instant>,
    /// Audio packets sent.
    pub(crate) said: u32,
    pub(crate) cameras: Vec<Camera>,
    /// Key frames that it was asked for, by its sections.
    pub(crate) asked: Vec<(Instant, Mid)>,
    pub(crate) heard: Vec<Heard>,
    pub(crate) egress: Option<MediaEgressStats>,
    pub(crate) ingress: Option<MediaIngressStats>,
    /// RTCP received.
    pub(crate) reports: Vec<Rtcp>,
    timeout: Instant,
}

/// A packet that str0m delivered in a section that receives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Heard {
    pub(crate) at: Instant,
    pub(crate) mid: Mid,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) level: Option<i8>,
    pub(crate) orientation: Option<VideoOrientation>,
    pub(crate) sent_at: Option<Instant>,
    pub(crate) transport_sequence: Option<u16>,
    pub(crate) payload: Vec<u8>,
}

/// How a party differs from the usual one.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    pub(crate) dtls: str0m::config::DtlsVersion,
    /// One of its own if `None`.
    pub(crate) certificate: Option<dimpl::DtlsCertificate>,
    /// Payload type and clock rate of telephone-event.
    pub(crate) events: Option<(u8, u32)>,
    pub(crate) opus: u8,
    /// The offer names the MID header extension.
    pub(crate) has_mid: bool,
    pub(crate) direction: Direction,
    /// It can open TCP connections.
    pub(crate) tcp: bool,
    /// The offer has these lines in the place of its candidates, which are never told.
    pub(crate) candidates: Option<&'static str>,
    pub(crate) video: Option<Numbers>,
    /// Where the server lets it hear the other party.
    pub(crate) hears_in: ConsumerAudio,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            dtls: str0m::config::DtlsVersion::Auto,
            certificate: None,
            events: None,
            opus: 111,
            has_mid: true,
            direction: Direction::SendRecv,
            tcp: false,
            candidates: None,
            video: None,
            hears_in: ConsumerAudio::Both,
        }
    }
}

impl Party {
    /// A party that has an offer ready.
    pub(crate) fn new(address: SocketAddr, now: Instant, habits: &Habits) -> Self {
        let mut rtc = config(habits).build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").expect("an address"));
        if habits.tcp {
            let active = Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build();
            rtc.add_local_candidate(active.expect("an address"));
        }
        let mut change = rtc.sdp_api();
        let mid = change.add_media(MediaKind::Audio, habits.direction, None, None, None);
        let (offer, pending) = change.apply().expect("media was added");
        let mut offer = offer.to_sdp_string();
        if !habits.has_mid {
            offer = offer.lines().filter(|line| !line.contains("sdes:mid")).map(|line| format!("{line}\r\n")).collect();
        }
        if let Some(candidates) = habits.candidates {
            let rest = offer.lines().filter(|line| !line.starts_with("a=candidate"));
            offer = rest.map(|line| format!("{line}\r\n")).collect::<String>() + candidates;
        }
        Self {
            rtc,
            inside: address,
            outside: address,
            others: Vec::new(),
            mid,
            offer,
            pending: Some(pending),
            next_frame: None,
            said: 0,
            cameras: Vec::new(),
            asked: Vec::new(),
            heard: Vec::new(),
            egress: None,
            ingress: None,
            reports: Vec::new(),
            timeout: now,
        }
    }

    pub(crate) fn take_answer(&mut self, now: Instant, answer: &str) {
        let answer = SdpAnswer::from_sdp_string(answer).expect("an answer");
        let pending = self.pending.take().expect("an offer was made");
        self.rtc.sdp_api().accept_answer(pending, answer).expect("the answer fits the offer");
        self.timeout = now;
    }

    /// Applies the server's own offer. The answer goes nowhere.
    pub(crate) fn take_offer(&mut self, offer: &str) {
        let offer = SdpOffer::from_sdp_string(offer).expect("an offer");
        self.rtc.sdp_api().accept_offer(offer).expect("the offer follows the answer");
    }

    /// Makes an offer with one more section, of video that it sends.
    pub(crate) fn offer_camera(&mut self) -> Mid {
        let mut change = self.rtc.sdp_api();
        let mid = change.add_media(MediaKind::Video, Direction::SendOnly, None, None, None);
        let (offer, pending) = change.apply().expect("media was added");
        (self.offer, self.pending) = (offer.to_sdp_string(), Some(pending));
        mid
    }

    /// Makes an offer with new ICE credentials.
    pub(crate) fn offer_ice_restart(&mut self) {
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change.apply().expect("a restart");
        (self.offer, self.pending) = (offer.to_sdp_string(), Some(pending));
    }

    /// The party has another address from now on, and tells nobody.
    pub(crate) fn add_address(&mut self, now: Instant, address: SocketAddr) {
        self.rtc.add_local_candidate(Candidate::host(address, "udp").expect("an address"));
        self.others.push(address);
        self.timeout = now;
    }

    pub(crate) fn is_at(&self, address: SocketAddr) -> bool {
        self.outside == address || self.others.contains(&address)
    }

    pub(crate) fn next(&self) -> Instant {
        let due = [self.next_frame, self.next_film(), Some(self.timeout)];
        due.into_iter().flatten().min().expect("there is always a time-out")
    }

    /// Lets time pass: speaks if it is time to, and returns what is to be sent.
    pub(crate) fn handle_time(&mut self, now: Instant) -> Vec<Datagram> {
        if self.next_frame.is_some_and(|at| at <= now) {
            self.next_frame = Some(now + FRAME);
            self.say(now);
        }
        self.expose(now);
        self.rtc.handle_input(Input::Timeout(now)).expect("time passes");
        self.poll(now)
    }

    pub(crate) fn handle_datagram(&mut self, now: Instant, datagram: &Datagram) -> Vec<Datagram> {
        let receive = Receive {
            proto: if datagram.src == SERVER_TCP { Protocol::Tcp } else { Protocol::Udp },
            source: datagram.src,
            destination: if datagram.dst == self.outside { self.inside } else { datagram.dst },
            contents: datagram.contents.as_slice().try_into().expect("a datagram of a known protocol"),
        };
        self.rtc.handle_input(Input::Receive(now, receive)).expect("str0m takes what the server sends");
        self.poll(now)
    }

    /// Its audio's clock, which every packet said moves on by one frame.
    pub(crate) fn clock(&self) -> u32 {
        FIRST_TIMESTAMP.wrapping_add(self.said * 960)
    }

    /// Numbers heard in a section, by the payload.
    pub(crate) fn numbers(&self, mid: Mid) -> Vec<u32> {
        self.heard.iter().filter(|heard| heard.mid == mid).map(Heard::number).collect()
    }

    /// Numbers heard in any section, without repetition.
    pub(crate) fn all_numbers(&self) -> BTreeSet<u32> {
        self.heard.iter().map(Heard::number).collect()
    }

    pub(crate) fn write(&mut self, now: Instant, payload_type: u8, timestamp: u32, marker: bool, payload: &[u8]) {
        let Some(sequence) = self.said.checked_add(FIRST_SEQUENCE) else { unreachable!("tests are short") };
        self.said += 1;
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx_by_mid(self.mid, None) else { return };
        let levels = ExtensionValues { audio_level: Some(LEVEL), voice_activity: Some(true), ..Default::default() };
        let packet = RtpWrite::new(Pt::from(payload_type), u64::from(sequence).into(), timestamp, now, payload);
        stream.write_rtp(packet.marker(marker).ext_vals(levels));
    }

    pub(crate) fn ssrc(&mut self) -> u32 {
        let mid = self.mid;
        *self.rtc.direct_api().stream_tx_by_mid(mid, None).expect("the party sends").ssrc()
    }

    pub(crate) fn payload_type(&self) -> u8 {
        let opus = self.rtc.codec_config().find(|params| params.spec().codec == Codec::Opus);
        *opus.expect("Opus is configured").pt()
    }

    fn say(&mut self, now: Instant) {
        let number = self.said;
        let payload = [b"audio", &number.to_be_bytes()[..]].concat();
        self.write(now, self.payload_type(), self.clock(), number == 0, &payload);
    }

    fn poll(&mut self, now: Instant) -> Vec<Datagram> {
        let mut sent = Vec::new();
        loop {
            let Ok(output) = self.rtc.poll_output() else {
                // It has given up, which for str0m is an error of DTLS.
                self.timeout = now + Duration::from_secs(3_600);
                return sent;
            };
            match output {
                Output::Timeout(at) => {
                    self.timeout = at;
                    return sent;
                }
                Output::Transmit(transmit) => sent.push(Datagram {
                    src: if transmit.source == self.inside { self.outside } else { transmit.source },
                    dst: transmit.destination,
                    contents: transmit.contents.to_vec(),
                }),
                Output::Event(event) => self.note(now, event),
            }
        }
    }

    fn note(&mut self, now: Instant, event: Event) {
        match event {
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).expect("a known stream").mid();
                if self.rtc.media(mid).is_some_and(|media| media.direction().is_receiving()) {
                    self.heard.push(Heard {
                        at: now,
                        mid,
                        payload_type: *packet.header.payload_type,
                        sequence: *packet.seq_no,
                        timestamp: packet.header.timestamp,
                        marker: packet.header.marker,
                        level: packet.header.ext_vals.audio_level,
                        orientation: packet.header.ext_vals.video_orientation,
                        sent_at: packet.header.ext_vals.abs_send_time,
                        transport_sequence: packet.header.ext_vals.transport_cc,
                        payload: packet.payload.to_vec(),
                    });
                }
            }
            Event::MediaEgressStats(stats) if stats.mid == self.mid => self.egress = Some(stats),
            Event::MediaIngressStats(stats) => self.ingress = Some(stats),
            Event::KeyframeRequest(request) => self.asked.push((now, request.mid)),
            Event::RawPacket(packet) => {
                if let RawPacket::RtcpRx(report) = *packet {
                    self.reports.push(report);
                }
            }
            _ => {}
        }
    }
}

impl Heard {
    /// Which of the other party's packets this is.
    pub(crate) fn number(&self) -> u32 {
        let number = self.payload.strip_prefix(b"audio").and_then(|rest| rest.try_into().ok());
        number.map_or(u32::MAX, u32::from_be_bytes)
    }
}

fn config(habits: &Habits) -> RtcConfig {
    let mut config = RtcConfig::new()
        .clear_codecs()
        .set_rtp_mode(true)
        .enable_raw_packets(true)
        .set_dtls_version(habits.dtls)
        .set_stats_interval(Some(Duration::from_secs(1)))
        .set_rtcp_report_interval_audio(Duration::from_secs(1));
    if let Some(certificate) = &habits.certificate {
        config = config.set_dtls_cert(certificate.clone());
    }
    let codecs = config.codec_config();
    codecs.add_config(habits.opus.into(), None, Codec::Opus, Frequency::FORTY_EIGHT_KHZ, Some(2), Default::default());
    if let Some(numbers) = &habits.video {
        config = numbers.configure(config);
    }
    let codecs = config.codec_config();
    if let Some((payload_type, rate)) = habits.events {
        let rate = Frequency::new(rate).expect("a rate");
        codecs.add_config(payload_type.into(), None, Codec::Tele, rate, None, Default::default());
    }
    config
}

pub(crate) const FRAME: Duration = Duration::from_millis(20);
pub(crate) const LEVEL: i8 = -30;
const FIRST_SEQUENCE: u32 = 65_000;
const FIRST_TIMESTAMP: u32 = u32::MAX - 48_000;
