//! The server's own SDP, line by line as Meta writes it (the Calling API's SDP profile).

use std::fmt::{Display, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::audio::Direction;
use super::extension::{self, LEVEL_URI, MID_URI};
use super::format::{Format, VIDEO_CLOCK_RATE};
use super::local::{Candidate, Local};
use super::match_up::Matched;
use super::section::{Line, Section};
use super::view::{AudioView, Text, VideoView, View};

/// Writes the text.
pub(super) fn write(matched: Matched<'_>, local: &Local, text: Text) -> String {
    let writer = Writer { matched, local };
    let views = matched.views(text);
    let mut lines = Lines(String::with_capacity(TEXT_LEN));
    writer.session(&mut lines, &views);
    for (section, view) in &views {
        match view {
            View::Rejected => reject(&mut lines, section),
            View::Carrier => writer.carrier(&mut lines, section),
            View::Audio(audio) => writer.audio(&mut lines, section, audio),
            View::Video(video) => writer.video(&mut lines, section, video),
        }
    }
    lines.0
}

/// The lines so far, each with its end.
struct Lines(String);

impl Lines {
    fn push(&mut self, line: impl Display) {
        // A string takes everything.
        let _ = write!(self.0, "{line}\r\n");
    }

    fn extend(&mut self, lines: impl IntoIterator<Item = impl Display>) {
        lines.into_iter().for_each(|line| self.push(line));
    }
}

struct Writer<'a> {
    matched: Matched<'a>,
    local: &'a Local,
}

impl Writer<'_> {
    /// The `o=` version is the same in the answer and in the offers after it, as Meta does; browsers accept that.
    fn session(&self, lines: &mut Lines, views: &[(&Section, View)]) {
        let peer = &self.matched.own.peer;
        let version = peer.session_version.saturating_add(1);
        lines.push("v=0");
        lines.push(format_args!("o=- {} {version} IN IP4 127.0.0.1", peer.session_id));
        lines.push("s=-");
        lines.push("t=0 0");
        lines.push(format_args!("a=group:BUNDLE{}", listed(&self.bundled(views))));
        lines.push(format_args!("a=msid-semantic: WMS{}", listed(&streams(views))));
        lines.push("a=ice-lite");
    }

    /// MIDs of what is not rejected; the section that carries the transport stays in front.
    fn bundled<'v>(&self, views: &'v [(&Section, View)]) -> Vec<&'v str> {
        let open = views.iter().filter(|(_, view)| !matches!(view, View::Rejected));
        let mut mids: Vec<_> = open.filter_map(|(section, _)| section.mid.as_deref()).collect();
        mids.sort_by_key(|mid| Some(*mid) != self.matched.own.peer.tag.as_deref());
        mids
    }

    fn audio(&self, lines: &mut Lines, section: &Section, audio: &AudioView) {
        let peer = &self.matched.own.peer;
        let event = peer.telephone_event.map(|event| format!(" {}", event.payload_type)).unwrap_or_default();
        self.open(lines, section, &format!("{} {}{event}", peer.protocol, peer.opus));
        lines.extend(peer.level_extension.map(|id| format!("a=extmap:{id} {LEVEL_URI}")));
        lines.extend(peer.mid_extension.map(|id| format!("a=extmap:{id} {MID_URI}")));
        lines.push(format_args!("a={}", word(audio.direction)));
        lines.extend(audio.msid.as_ref().map(|msid| format!("a=msid:{msid}")));
        lines.push("a=rtcp-mux");
        self.audio_codecs(lines);
        lines.extend(audio.ssrc.map(|ssrc| self.cname(ssrc)));
    }

    fn video(&self, lines: &mut Lines, section: &Section, video: &VideoView) {
        let payload_types: Vec<_> = video.formats.iter().flat_map(Format::payload_types).collect();
        self.open(lines, section, &format!("{}{}", section.line.protocol, listed(&payload_types)));
        lines.extend(extension::listed(video.extensions).map(|(id, uri)| format!("a=extmap:{id} {uri}")));
        lines.push(format_args!("a={}", word(video.direction)));
        lines.extend(video.msid.as_ref().map(|msid| format!("a=msid:{msid}")));
        lines.push("a=rtcp-mux");
        lines.push("a=rtcp-rsize");
        for format in &video.formats {
            video_codec(lines, format, video);
        }
        let Some(ssrcs) = video.ssrcs else { return };
        lines.push(format_args!("a=ssrc-group:FID {} {}", ssrcs.media, ssrcs.rtx));
        lines.extend([ssrcs.media, ssrcs.rtx].map(|ssrc| self.cname(ssrc)));
    }

    /// A section without media, such as one whose transport carries the others.
    fn carrier(&self, lines: &mut Lines, section: &Section) {
        let Line { protocol, first_format, .. } = &section.line;
        self.open(lines, section, &format!("{protocol} {first_format}"));
        lines.push("a=inactive");
        lines.push("a=rtcp-mux");
        only_format(lines, &section.line);
    }

    /// What every section that is not rejected begins with.
    fn open(&self, lines: &mut Lines, section: &Section, protocol_and_formats: &str) {
        let default = self.default_address();
        lines.push(format_args!("m={} {} {protocol_and_formats}", section.line.media, default.port()));
        lines.push(format_args!("c=IN {}", address(default.ip())));
        self.transport(lines);
        lines.push(format_args!("a=mid:{}", section.mid.as_deref().unwrap_or_default()));
    }

    fn transport(&self, lines: &mut Lines) {
        lines.push("a=rtcp:9 IN IP4 0.0.0.0");
        for (index, candidate) in self.local.candidates.iter().enumerate() {
            let rank = self.local.candidates[..index].iter().filter(|other| same_kind(other, candidate)).count();
            lines.push(candidate_line(index + 1, candidate, rank));
        }
        let ice = &self.matched.own.ours.ice;
        lines.push(format_args!("a=ice-ufrag:{}", ice.ufrag));
        lines.push(format_args!("a=ice-pwd:{}", ice.pwd));
        lines.push(format_args!("a=fingerprint:sha-256 {}", fingerprint(&self.local.fingerprint)));
        lines.push("a=setup:passive");
    }

    fn audio_codecs(&self, lines: &mut Lines) {
        let peer = &self.matched.own.peer;
        lines.push(format_args!("a=rtpmap:{} opus/48000/2", peer.opus));
        lines.push(format_args!("a=fmtp:{} {}", peer.opus, self.local.opus_fmtp));
        if let Some(event) = peer.telephone_event {
            lines.push(format_args!("a=rtpmap:{} telephone-event/{}", event.payload_type, event.clock_rate));
            lines.push(format_args!("a=fmtp:{} 0-15", event.payload_type));
        }
    }

    fn cname(&self, ssrc: u32) -> String {
        format!("a=ssrc:{ssrc} cname:{}", self.matched.own.ours.cname)
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

fn video_codec(lines: &mut Lines, format: &Format, video: &VideoView) {
    let number = format.wire.payload_type;
    lines.push(format_args!("a=rtpmap:{}", format.rtpmap()));
    lines.extend(video.feedback.listed().map(|kind| format!("a=rtcp-fb:{number} {kind}")));
    lines.extend(format.parameters.as_ref().map(|text| format!("a=fmtp:{number} {text}")));
    if let Some(rtx) = format.wire.rtx {
        lines.push(format_args!("a=rtpmap:{rtx} rtx/{VIDEO_CLOCK_RATE}"));
        lines.push(format_args!("a=fmtp:{rtx} apt={number}"));
    }
}

/// The media streams that the server sends, each once.
fn streams<'v>(views: &'v [(&Section, View)]) -> Vec<&'v str> {
    let mut streams = Vec::new();
    for (_, view) in views {
        let msid = match view {
            View::Audio(audio) => audio.msid.as_deref(),
            View::Video(video) => video.msid.as_deref(),
            View::Carrier | View::Rejected => None,
        };
        let stream = msid.and_then(|msid| msid.split(' ').next()).filter(|stream| *stream != "-");
        streams.extend(stream.filter(|stream| !streams.contains(stream)));
    }
    streams
}

/// RFC 3264 section 6: port 0, one format, the `m=` line in its place.
fn reject(lines: &mut Lines, section: &Section) {
    let Line { media, protocol, first_format, .. } = &section.line;
    lines.push(format_args!("m={media} 0 {protocol} {first_format}"));
    lines.push("c=IN IP4 0.0.0.0");
    lines.extend(section.mid.as_ref().map(|mid| format!("a=mid:{mid}")));
    lines.push("a=inactive");
    only_format(lines, &section.line);
}

fn only_format(lines: &mut Lines, Line { first_format, first_rtpmap, first_fmtp, .. }: &Line) {
    lines.extend(first_rtpmap.as_ref().map(|map| format!("a=rtpmap:{map}")));
    lines.extend(first_fmtp.as_ref().map(|parameters| format!("a=fmtp:{first_format} {parameters}")));
}

fn listed(words: &[impl Display]) -> String {
    words.iter().map(|word| format!(" {word}")).collect()
}

fn word(direction: Direction) -> &'static str {
    match direction {
        Direction { sends: true, receives: true } => "sendrecv",
        Direction { sends: true, receives: false } => "sendonly",
        Direction { sends: false, receives: true } => "recvonly",
        Direction { sends: false, receives: false } => "inactive",
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

/// RFC 8122 section 5. Not by `format!`: every section has it, and two numbers a byte took a fifth of a negotiation.
fn fingerprint(hash: &[u8; 32]) -> String {
    let digit = |number: u8| char::from(b"0123456789ABCDEF"[usize::from(number)]);
    hash.iter().flat_map(|byte| [':', digit(byte >> 4), digit(byte & 0xF)]).skip(1).collect()
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

/// An offer with video is not much longer.
const TEXT_LEN: usize = 2048;
// The parts of Meta's candidate priorities. Its last byte is 0, unlike RFC 8445's, and IPv6 outranks IPv4.
const UDP_PREFERENCE: u32 = 126;
const TCP_PREFERENCE: u32 = 90;
const LOCAL_PREFERENCE: u32 = 0x7F1F;
const IPV6_BONUS: u32 = 10;
