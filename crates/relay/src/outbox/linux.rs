//! sendmmsg.

use std::array;
use std::io::IoSlice;
use std::net::IpAddr;
use std::os::fd::RawFd;

use nix::errno::Errno;
use nix::libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo};
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, sendmmsg};
use offhook_media::Transmit;

use super::SEND_BATCH_MAX;
use crate::socket::Socket;

/// The sending half of a socket. Stays on the thread that made it.
pub(crate) struct Outbox {
    /// For one kind of control message only: its room is sent even if nothing is written there.
    headers: MultiHeaders<SockaddrStorage>,
    /// The socket receives on several addresses, so each datagram names the one that it leaves from.
    names_source: bool,
}

impl Outbox {
    pub(crate) fn new(socket: &Socket) -> Self {
        let names_source = socket.local().ip().is_unspecified();
        let room = match socket.local().ip() {
            _ if !names_source => None,
            IpAddr::V4(_) => Some(nix::cmsg_space!(in_pktinfo)),
            IpAddr::V6(_) => Some(nix::cmsg_space!(in6_pktinfo)),
        };
        Self { headers: MultiHeaders::preallocate(SEND_BATCH_MAX, room), names_source }
    }

    /// Sends the datagrams, which have one source address and are at most [`SEND_BATCH_MAX`]; returns how many could
    /// not be sent.
    pub(crate) fn send(&mut self, socket: &Socket, batch: &[Transmit<'_>]) -> usize {
        let (Some(first), fd) = (batch.first(), socket.fd()) else { return 0 };
        match first.src.ip() {
            _ if !self.names_source => self.send_with(fd, batch, &[]),
            IpAddr::V4(source) => {
                let source = in_addr { s_addr: u32::from_ne_bytes(source.octets()) };
                let info = in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: source, ipi_addr: in_addr { s_addr: 0 } };
                self.send_with(fd, batch, &[ControlMessage::Ipv4PacketInfo(&info)])
            }
            IpAddr::V6(source) => {
                let info = in6_pktinfo { ipi6_addr: in6_addr { s6_addr: source.octets() }, ipi6_ifindex: 0 };
                self.send_with(fd, batch, &[ControlMessage::Ipv6PacketInfo(&info)])
            }
        }
    }

    fn send_with(&mut self, fd: RawFd, batch: &[Transmit<'_>], control: &[ControlMessage<'_>]) -> usize {
        let contents: [_; SEND_BATCH_MAX] =
            array::from_fn(|at| [IoSlice::new(batch.get(at).map_or(&[], |transmit| transmit.contents))]);
        let addresses: [_; SEND_BATCH_MAX] =
            array::from_fn(|at| batch.get(at).map(|transmit| SockaddrStorage::from(transmit.dst.address)));
        let (mut done, mut failed) = (0, 0);
        while done < batch.len() {
            let (contents, addresses) = (&contents[done..batch.len()], &addresses[done..batch.len()]);
            match sendmmsg(fd, &mut self.headers, contents, addresses, control, MsgFlags::empty()) {
                Ok(sent) => done += sent.count(),
                Err(Errno::EINTR) => {}
                // The error is that of the first datagram of those left.
                Err(_) => (done, failed) = (done + 1, failed + 1),
            }
        }
        failed
    }
}
