//! A capture as a file that Wireshark opens.

use std::borrow::Cow;
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use etherparse::PacketBuilder;
use offhook_call::{CallId, Side, Transport};
use offhook_service::{Capture, CapturedPacket};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{InterfaceDescriptionBlock, InterfaceDescriptionOption};
use pcap_file::pcapng::blocks::section_header::{SectionHeaderBlock, SectionHeaderOption};
use pcap_file::{DataLink, Endianness};

use super::announcement;

/// Why no file can be made: a bug, since it is written to memory.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("a block cannot be written")]
    Block(#[from] pcap_file::PcapError),
    #[error("a packet cannot be written")]
    Packet(#[from] etherparse::err::packet::BuildWriteError),
}

/// `sdps`: those of the call's legs, by which payload types are named.
pub(super) fn file(call: CallId, capture: &Capture, sdps: &[(Side, String)]) -> Result<Vec<u8>, Error> {
    let mut file = PcapNgWriter::with_section_header(Vec::new(), section(call, capture))?;
    for name in INTERFACES {
        file.write_pcapng_block(interface(name))?;
    }
    let mut announced = HashSet::new();
    for packet in &capture.packets {
        let party = (packet.side, packet.path.remote);
        if announced.insert(party)
            && let Some(announcement) = announcement::announcement(packet.side, packet.path.remote, sdps)
        {
            let (from, to) = (on_port(packet.path.remote), on_port(packet.path.local));
            let frame = datagram(from, to, &announcement)?;
            write(&mut file, packet, frame, "What this party's payload types are; made by the server for Wireshark")?;
        }
        let CapturedPacket { from_party, path, .. } = packet;
        let (from, to) = if *from_party { (path.remote, path.local) } else { (path.local, path.remote) };
        let comment = match path.transport {
            Transport::Udp => "",
            Transport::Tcp => "It went over TCP",
        };
        write(&mut file, packet, datagram(from, to, &packet.packet)?, comment)?;
    }
    Ok(file.into_inner())
}

fn section(call: CallId, capture: &Capture) -> SectionHeaderBlock<'static> {
    let missing = match capture.state.left_out {
        0 => String::new(),
        some => format!("; {some} more packets did not fit"),
    };
    let comment = format!("Media of call {call}, decrypted by the server{missing}");
    SectionHeaderBlock {
        endianness: Endianness::Little,
        major_version: 1,
        minor_version: 0,
        section_length: -1,
        options: vec![
            SectionHeaderOption::Comment(comment.into()),
            SectionHeaderOption::UserApplication(concat!("offhook ", env!("CARGO_PKG_VERSION")).into()),
        ],
    }
}

/// Each way of each leg is an interface of its own, so that one can be looked at alone.
const INTERFACES: [&str; 4] = ["from business", "to business", "from consumer", "to consumer"];

fn interface_of(packet: &CapturedPacket) -> u32 {
    match (packet.side, packet.from_party) {
        (Side::Business, true) => 0,
        (Side::Business, false) => 1,
        (Side::Consumer, true) => 2,
        (Side::Consumer, false) => 3,
    }
}

fn interface(name: &'static str) -> InterfaceDescriptionBlock<'static> {
    let options = vec![
        InterfaceDescriptionOption::IfName(name.into()),
        // Stamps in nanoseconds, as the writer of packets takes them.
        InterfaceDescriptionOption::IfTsResol(9),
    ];
    InterfaceDescriptionBlock { linktype: DataLink::RAW, snaplen: 0, options }
}

fn write(
    file: &mut PcapNgWriter<Vec<u8>>,
    packet: &CapturedPacket,
    frame: Vec<u8>,
    comment: &'static str,
) -> Result<(), Error> {
    let comments = Some(comment).filter(|comment| !comment.is_empty());
    let block = EnhancedPacketBlock {
        interface_id: interface_of(packet),
        timestamp: Duration::from_micros(u64::try_from(packet.at_us).unwrap_or(0)),
        original_len: u32::try_from(frame.len()).unwrap_or(u32::MAX),
        data: Cow::Owned(frame),
        options: comments.into_iter().map(|comment| EnhancedPacketOption::Comment(comment.into())).collect(),
    };
    file.write_pcapng_block(block)?;
    Ok(())
}

/// The payload in UDP and IP, as it would be on a wire without encryption.
fn datagram(from: SocketAddr, to: SocketAddr, payload: &[u8]) -> Result<Vec<u8>, Error> {
    let ip = match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => PacketBuilder::ipv4(from.octets(), to.octets(), HOPS),
        // Addresses of two families do not meet on a wire; both are written as IPv6.
        (from, to) => PacketBuilder::ipv6(ipv6(from), ipv6(to), HOPS),
    };
    let udp = ip.udp(from.port(), to.port());
    let mut frame = Vec::with_capacity(udp.size(payload.len()));
    udp.write(&mut frame, payload)?;
    Ok(frame)
}

fn ipv6(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}

fn on_port(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), announcement::PORT)
}

const HOPS: u8 = 64;
