//! A server as Meta's: ICE-lite, passive in DTLS, and after the answer an offer with a section for the consumer's voice.

use std::net::SocketAddr;
use std::time::Instant;

use offhook_client::audio::{Encoder, Tone};
use offhook_client::phone::Output;
use str0m::change::SdpOffer;
use str0m::media::{MediaKind, Mid};
use str0m::net::{Protocol, Receive};
use str0m::rtp::rtcp::Rtcp;
use str0m::rtp::{RawPacket, RtpWrite};
use str0m::{Candidate, Event, Input, Rtc};

use crate::pair::Party;

pub(crate) const OPUS_PT: u8 = 111;

/// SSRC of the consumer's voice in its own section, which only the offer declares.
pub(crate) const IN_OWN_SECTION: u32 = 0x0b0b_0b0b;
pub(crate) const OWN_MID: &str = "consumer";

pub(crate) struct Server {
    rtc: Rtc,
    address: SocketAddr,
    answer: String,
    answered_mid: Mid,
    tone: Tone,
    encoder: Encoder,
    sequence: u64,
    /// SSRC of the consumer's voice in the answered section.
    pub(crate) in_answer: u32,
    /// SSRCs that the voice is sent with at present.
    pub(crate) sends: Vec<u32>,
    /// SSRCs that the other party has reported on.
    pub(crate) reported: Vec<u32>,
}

impl Server {
    pub(crate) fn answering(address: SocketAddr, now: Instant, offer: &str, tone: Tone) -> (Self, String) {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_raw_packets(true)
            .build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").unwrap());
        let offer = SdpOffer::from_sdp_string(offer).unwrap();
        let answer = rtc.sdp_api().accept_offer(offer).unwrap().to_sdp_string();
        let answered_mid: Mid = value(&answer, "a=mid:").into();
        let mut direct = rtc.direct_api();
        direct.declare_media(OWN_MID.into(), MediaKind::Audio);
        let in_answer = *direct.stream_tx_by_mid(answered_mid, None).unwrap().ssrc();
        direct.declare_stream_tx(IN_OWN_SECTION.into(), None, OWN_MID.into(), None);
        let server = Self {
            rtc,
            address,
            answer: answer.clone(),
            answered_mid,
            tone,
            encoder: Encoder::new(),
            sequence: 1,
            in_answer,
            sends: vec![in_answer],
            reported: Vec::new(),
        };
        (server, answer)
    }

    /// The server's offer once the consumer has picked up (API specification, section 7.3): passive in an offer, the
    /// transport repeated in each section, the business's section received, the consumer's sent in its own.
    pub(crate) fn offer(&self) -> String {
        let line = |name| format!("{name}{}\r\n", value(&self.answer, name));
        let transport = ["a=candidate:", "a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:"].map(line).concat();
        let port = self.address.port();
        let section = |mid: &str, direction: &str, own: &str| {
            format!(
                "m=audio {port} UDP/TLS/RTP/SAVPF {OPUS_PT}\r\nc=IN IP4 192.0.2.2\r\n{transport}a=setup:passive\r\n\
                 a=mid:{mid}\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
                 a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na={direction}\r\na=rtcp-mux\r\n\
                 a=rtpmap:{OPUS_PT} opus/48000/2\r\n{own}"
            )
        };
        let answered = self.answered_mid.to_string();
        [
            format!("v=0\r\n{}s=-\r\nt=0 0\r\na=group:BUNDLE {answered} {OWN_MID}\r\n", line("o=")),
            "a=msid-semantic: WMS user:1:DEFAULT\r\na=ice-lite\r\na=x-fb-feature:pqc-0\r\n".to_owned(),
            section(&answered, "recvonly", "a=msid:- track\r\n"),
            section(
                OWN_MID,
                "sendonly",
                &format!("a=msid:user:1:DEFAULT 7\r\na=ssrc:{IN_OWN_SECTION} cname:user:1\r\n"),
            ),
        ]
        .concat()
    }

    fn say(&mut self, now: Instant) {
        let packet = self.encoder.encode(&self.tone.next_frame()).to_vec();
        let timestamp = u32::try_from(self.sequence * 960).unwrap();
        for ssrc in &self.sends {
            let mut direct = self.rtc.direct_api();
            let stream = direct.stream_tx(&(*ssrc).into()).unwrap();
            stream.write_rtp(RtpWrite::new(OPUS_PT.into(), self.sequence.into(), timestamp, now, packet.clone()));
        }
        self.sequence += 1;
    }

    fn note_reports(&mut self, event: Event) {
        let Event::RawPacket(packet) = event else { return };
        let RawPacket::RtcpRx(packet) = *packet else { return };
        let reports = match packet {
            Rtcp::ReceiverReport(report) => report.reports,
            Rtcp::SenderReport(report) => report.reports,
            _ => return,
        };
        self.reported.extend(reports.iter().map(|report| *report.ssrc));
    }
}

impl Party for Server {
    fn handle_datagram(&mut self, now: Instant, source: SocketAddr, datagram: &[u8]) {
        let contents = datagram.try_into().unwrap();
        let receive = Receive { proto: Protocol::Udp, source, destination: self.address, contents };
        self.rtc.handle_input(Input::Receive(now, receive)).unwrap();
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.rtc.handle_input(Input::Timeout(now)).unwrap();
    }

    fn tick(&mut self, now: Instant) {
        if self.rtc.is_connected() {
            self.say(now);
        }
    }

    fn poll(&mut self) -> Output {
        loop {
            match self.rtc.poll_output().unwrap() {
                str0m::Output::Timeout(at) => return Output::Timeout(at),
                str0m::Output::Transmit(transmit) => return Output::Transmit(transmit),
                str0m::Output::Event(event) => self.note_reports(event),
            }
        }
    }
}

/// What follows `name` in its first line.
fn value<'a>(sdp: &'a str, name: &str) -> &'a str {
    sdp.lines().find_map(|line| line.strip_prefix(name)).unwrap()
}
