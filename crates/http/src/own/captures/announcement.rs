//! What a party's media is, said in the file itself: a session announcement (SAP, RFC 2974) with an SDP of its payload types.
//! Wireshark reads it and takes the RTP for what it is, without being told by hand.

use std::net::{IpAddr, SocketAddr};

use offhook_call::Side;

/// A payload type and what it stands for, as `a=rtpmap` has it.
type Format = (u8, String);

/// The announcement of what is sent to and from `party`. `None`: no SDP of its side names a payload type.
pub(super) fn announcement(side: Side, party: SocketAddr, sdps: &[(Side, String)]) -> Option<Vec<u8>> {
    let mut formats: Vec<Format> = Vec::new();
    for format in sdps.iter().filter(|(of, _)| *of == side).flat_map(|(_, sdp)| sdp.lines()).filter_map(format) {
        formats.retain(|(payload_type, _)| *payload_type != format.0);
        formats.push(format);
    }
    if formats.is_empty() {
        return None;
    }
    let family = if party.is_ipv4() { "IP4" } else { "IP6" };
    let (address, port) = (party.ip(), party.port());
    let types: Vec<_> = formats.iter().map(|(payload_type, _)| payload_type.to_string()).collect();
    // One section for audio and video: they share an address, and an address has one table of payload types.
    let mut sdp = format!(
        "v=0\r\no=offhook 1 1 IN {family} {address}\r\ns={side:?}\r\nc=IN {family} {address}\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {}\r\n",
        types.join(" ")
    );
    for (payload_type, name) in formats {
        sdp.push_str(&format!("a=rtpmap:{payload_type} {name}\r\n"));
    }
    Some([&header(address)[..], b"application/sdp\0", sdp.as_bytes()].concat())
}

/// Version 1, an announcement, neither encrypted nor compressed (RFC 2974 section 3).
fn header(origin: IpAddr) -> Vec<u8> {
    let (is_ipv6, origin) = match origin {
        IpAddr::V4(address) => (0, address.octets().to_vec()),
        IpAddr::V6(address) => (0x10, address.octets().to_vec()),
    };
    [&[0x20 | is_ipv6, 0, 0, 1][..], &origin].concat()
}

fn format(line: &str) -> Option<Format> {
    let (payload_type, name) = line.trim_end().strip_prefix("a=rtpmap:")?.split_once(' ')?;
    let is_plain = name.chars().all(|char| char.is_ascii_graphic());
    payload_type.parse().ok().filter(|_| is_plain).map(|payload_type| (payload_type, name.to_owned()))
}

/// The port of session announcements.
pub(super) const PORT: u16 = 9875;
