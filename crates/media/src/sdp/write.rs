//! The server's own SDP, line by line as Meta writes it (the Calling API's SDP profile).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::codec::{LEVEL_URI, MID_URI};
use super::document::MediaFields;
use super::negotiate::{Candidate, Local, Ours};
use super::offer::{Offer, SectionOffer};

/// Everything that the texts are made of.
pub(super) struct Writer<'a> {
    pub(super) offer: &'a Offer<'a>,
    pub(super) ours: &'a Ours,
    pub(super) local: &'a Local,
}

/// What tells the audio sections of the two texts apart.
struct AudioSection<'a> {
    mid: &'a str,
    direction: &'static str,
    msid: Option<String>,
    /// The SSRC under which the server sends in this section.
    ssrc: Option<u32>,
}

impl Writer<'_> {
    /// The answer: the peer's sections in their order, the first usable audio accepted.
    pub(super) fn answer(&self) -> String {
        let audio = &self.offer.audio;
        let mut lines = self.session("", "");
        self.sections(
            &mut lines,
            &AudioSection {
                direction: direction(audio.direction.receives, audio.direction.sends),
                ssrc: audio.direction.receives.then_some(self.ours.ssrc_a),
                ..self.own_section()
            },
        );
        text(&lines)
    }

    /// The later offer: the peer's audio received in its section, the other party's sent in a new one.
    pub(super) fn renegotiation(&self) -> String {
        let Ours { far_mid, cname, ssrc_b, .. } = self.ours;
        let stream = format!("{cname}:DEFAULT");
        let mut lines = self.session(&format!(" {far_mid}"), &format!(" {stream}"));
        let own_direction = direction(false, self.offer.audio.direction.sends);
        self.sections(&mut lines, &AudioSection { direction: own_direction, ..self.own_section() });
        self.audio(
            &mut lines,
            &AudioSection {
                mid: far_mid,
                direction: "sendonly",
                msid: Some(format!("{stream} {ssrc_b}")),
                ssrc: Some(*ssrc_b),
            },
        );
        text(&lines)
    }

    /// The section in which the peer sends. It echoes the peer's own track.
    fn own_section(&self) -> AudioSection<'_> {
        let audio = &self.offer.audio;
        AudioSection {
            mid: &audio.mid,
            direction: "inactive",
            msid: audio.track.as_ref().map(|track| format!("- {track}")),
            ssrc: None,
        }
    }

    /// The `o=` version is the same in the answer and in the offer after it, as Meta does; browsers accept that.
    fn session(&self, more_mids: &str, streams: &str) -> Vec<String> {
        let version = self.offer.session_version.saturating_add(1);
        let audio = &self.offer.audio;
        let carrier = audio.bundle.carrier.and_then(|index| self.offer.sections.get(index)?.mid);
        let carrier = carrier.map(|mid| format!(" {mid}")).unwrap_or_default();
        vec![
            "v=0".to_owned(),
            format!("o=- {} {version} IN IP4 127.0.0.1", self.offer.session_id),
            "s=-".to_owned(),
            "t=0 0".to_owned(),
            format!("a=group:BUNDLE{carrier} {}{more_mids}", audio.mid),
            format!("a=msid-semantic: WMS{streams}"),
            "a=ice-lite".to_owned(),
        ]
    }

    fn sections(&self, lines: &mut Vec<String>, own: &AudioSection<'_>) {
        for (index, section) in self.offer.sections.iter().enumerate() {
            if index == self.offer.audio_index {
                self.audio(lines, own);
            } else if Some(index) == self.offer.audio.bundle.carrier {
                self.carrier(lines, section);
            } else {
                reject(lines, section);
            }
        }
    }

    fn audio(&self, lines: &mut Vec<String>, section: &AudioSection<'_>) {
        let audio = &self.offer.audio;
        let protocol = self.offer.sections[self.offer.audio_index].fields.protocol;
        let event = audio.telephone_event.map(|event| format!(" {}", event.payload_type)).unwrap_or_default();
        self.open(lines, "audio", &format!("{protocol} {}{event}", audio.opus), section.mid);
        lines.extend(audio.level_extension.map(|id| format!("a=extmap:{id} {LEVEL_URI}")));
        lines.extend(audio.mid_extension.map(|id| format!("a=extmap:{id} {MID_URI}")));
        lines.push(format!("a={}", section.direction));
        lines.extend(section.msid.as_ref().map(|msid| format!("a=msid:{msid}")));
        lines.push("a=rtcp-mux".to_owned());
        self.codecs(lines);
        lines.extend(section.ssrc.map(|ssrc| format!("a=ssrc:{ssrc} cname:{}", self.ours.cname)));
    }

    /// A section without media whose transport carries the others.
    fn carrier(&self, lines: &mut Vec<String>, section: &SectionOffer<'_>) {
        let MediaFields { media, protocol, first_format } = section.fields;
        self.open(lines, media, &format!("{protocol} {first_format}"), section.mid.unwrap_or_default());
        lines.push("a=inactive".to_owned());
        lines.push("a=rtcp-mux".to_owned());
        lines.extend(section.first_rtpmap.as_ref().map(|map| format!("a=rtpmap:{map}")));
    }

    /// What every section that is not rejected begins with.
    fn open(&self, lines: &mut Vec<String>, media: &str, protocol_and_formats: &str, mid: &str) {
        let default = self.default_address();
        lines.push(format!("m={media} {} {protocol_and_formats}", default.port()));
        lines.push(format!("c=IN {}", address(default.ip())));
        self.transport(lines);
        lines.push(format!("a=mid:{mid}"));
    }

    fn transport(&self, lines: &mut Vec<String>) {
        lines.push("a=rtcp:9 IN IP4 0.0.0.0".to_owned());
        for (index, candidate) in self.local.candidates.iter().enumerate() {
            let rank = self.local.candidates[..index].iter().filter(|other| same_kind(other, candidate)).count();
            lines.push(candidate_line(index + 1, candidate, rank));
        }
        let fingerprint = self.local.fingerprint.map(|byte| format!("{byte:02X}")).join(":");
        lines.push(format!("a=ice-ufrag:{}", self.ours.ice.ufrag));
        lines.push(format!("a=ice-pwd:{}", self.ours.ice.pwd));
        lines.push(format!("a=fingerprint:sha-256 {fingerprint}"));
        lines.push("a=setup:passive".to_owned());
    }

    fn codecs(&self, lines: &mut Vec<String>) {
        let opus = self.offer.audio.opus;
        lines.push(format!("a=rtpmap:{opus} opus/48000/2"));
        lines.push(format!("a=fmtp:{opus} {}", self.local.opus_fmtp));
        if let Some(event) = self.offer.audio.telephone_event {
            lines.push(format!("a=rtpmap:{} telephone-event/{}", event.payload_type, event.clock_rate));
            lines.push(format!("a=fmtp:{} 0-15", event.payload_type));
        }
    }

    /// The address of the `m=` and `c=` lines: IPv4 over UDP where there is one.
    fn default_address(&self) -> SocketAddr {
        let best = self.local.candidates.iter().min_by_key(|candidate| match candidate {
            Candidate::Udp(address) => (false, address.is_ipv6()),
            Candidate::Tcp(address) => (true, address.is_ipv6()),
        });
        // RFC 8839 section 4.2.1.2: without a default candidate, the discard port.
        best.map_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 9)), Candidate::address)
    }
}

impl Candidate {
    fn address(&self) -> SocketAddr {
        match self {
            Candidate::Udp(address) | Candidate::Tcp(address) => *address,
        }
    }
}

/// RFC 3264 section 6: port 0, one format, the `m=` line in its place.
fn reject(lines: &mut Vec<String>, section: &SectionOffer<'_>) {
    let MediaFields { media, protocol, first_format } = section.fields;
    lines.push(format!("m={media} 0 {protocol} {first_format}"));
    lines.push("c=IN IP4 0.0.0.0".to_owned());
    lines.extend(section.mid.map(|mid| format!("a=mid:{mid}")));
    lines.push("a=inactive".to_owned());
    lines.extend(section.first_rtpmap.as_ref().map(|map| format!("a=rtpmap:{map}")));
}

/// A direction as the server sees it.
fn direction(sends: bool, receives: bool) -> &'static str {
    match (sends, receives) {
        (true, true) => "sendrecv",
        (true, false) => "sendonly",
        (false, true) => "recvonly",
        (false, false) => "inactive",
    }
}

/// `rank` counts the candidates of the same kind that are preferred to this one.
fn candidate_line(foundation: usize, candidate: &Candidate, rank: usize) -> String {
    let (protocol, tcptype, type_preference) = match candidate {
        Candidate::Udp(_) => ("udp", "", UDP_PREFERENCE),
        Candidate::Tcp(_) => ("tcp", " tcptype passive", TCP_PREFERENCE),
    };
    let address = candidate.address();
    let family_preference = if address.is_ipv6() { IPV6_BONUS } else { 0 };
    let rank = u32::try_from(rank).unwrap_or(u32::MAX).min(IPV6_BONUS - 1);
    let priority = (type_preference << 24) | ((LOCAL_PREFERENCE + family_preference - rank) << 8);
    let (ip, port) = (address.ip(), address.port());
    format!("a=candidate:{foundation} 1 {protocol} {priority} {ip} {port} typ host{tcptype} generation 1")
}

fn same_kind(one: &Candidate, other: &Candidate) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other) && one.address().is_ipv6() == other.address().is_ipv6()
}

fn address(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => format!("IP4 {ip}"),
        IpAddr::V6(ip) => format!("IP6 {ip}"),
    }
}

fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\r\n"]).collect()
}

// The parts of Meta's candidate priorities. Its last byte is 0, unlike RFC 8445's, and IPv6 outranks IPv4.
const UDP_PREFERENCE: u32 = 126;
const TCP_PREFERENCE: u32 = 90;
const LOCAL_PREFERENCE: u32 = 0x7F1F;
const IPV6_BONUS: u32 = 10;
