//! The load's end of the network: one socket that is many peers, each with an address of its own.
//!
//! Datagrams name their source address (IP_PKTINFO). So hundreds of peers cost one receive call a batch, not one each.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::time::Duration;

use anyhow::Context as _;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};

pub(crate) struct Wire {
    socket: UdpSocket,
    state: UdpSocketState,
    first_ip: Ipv4Addr,
    port: u16,
    buffers: Vec<Vec<u8>>,
}

impl Wire {
    /// Peers with addresses of loopback.
    pub(super) fn open() -> anyhow::Result<Self> {
        Self::open_at(FIRST_IP)
    }

    /// The first peer's address, which the others' follow; this machine must take all of them for its own.
    pub(crate) fn open_at(first_ip: Ipv4Addr) -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let state = UdpSocketState::new((&socket).into())?;
        state.set_recv_buffer_size((&socket).into(), RECEIVE_BUFFER)?;
        let port = socket.local_addr()?.port();
        Ok(Self { socket, state, first_ip, port, buffers: vec![vec![0; DATAGRAM_MAX]; BATCH_SIZE] })
    }

    pub(crate) fn address(&self, peer: usize) -> SocketAddr {
        SocketAddr::new(self.ip_of(peer), self.port)
    }

    pub(crate) fn send(&self, peer: usize, destination: SocketAddr, contents: &[u8]) -> anyhow::Result<()> {
        let transmit =
            Transmit { destination, ecn: None, contents, segment_size: None, src_ip: Some(self.ip_of(peer)) };
        self.state.try_send((&self.socket).into(), &transmit).context("send")
    }

    /// As [`Self::receive_timed`], for those who do not ask when.
    pub(super) fn receive(
        &mut self,
        mut each: impl FnMut(usize, SocketAddr, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<usize> {
        self.receive_timed(|peer, from, _, datagram| each(peer, from, datagram))
    }

    /// Hands each datagram that has arrived to `each`, with the peer that it is for, the address it came from and when
    /// it reached the socket, since the Unix epoch. Returns how many they were.
    pub(crate) fn receive_timed(
        &mut self,
        mut each: impl FnMut(usize, SocketAddr, Option<Duration>, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<usize> {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        // Nothing is allocated, so that what is allocated meanwhile is by the one under test.
        let mut buffers = self.buffers.iter_mut();
        let mut slices: [_; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(buffers.next().expect("there are BATCH_SIZE buffers")));
        let batches = match self.state.recv((&self.socket).into(), &mut slices, &mut metas) {
            Ok(batches) => batches,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error).context("receive"),
        };
        let mut datagrams = 0;
        for (meta, buffer) in metas.iter().zip(&self.buffers).take(batches) {
            let peer = meta.dst_ip.and_then(|ip| number_of(ip, self.first_ip)).context("a datagram for nobody")?;
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                each(peer, meta.addr, meta.timestamp, datagram)?;
                datagrams += 1;
            }
        }
        Ok(datagrams)
    }

    fn ip_of(&self, peer: usize) -> IpAddr {
        ip_at(self.first_ip, peer)
    }
}

/// The address of a peer on loopback.
pub(super) fn ip_of(peer: usize) -> IpAddr {
    ip_at(FIRST_IP, peer)
}

pub(super) fn peer_of(ip: IpAddr) -> Option<usize> {
    number_of(ip, FIRST_IP)
}

fn ip_at(first: Ipv4Addr, peer: usize) -> IpAddr {
    Ipv4Addr::from_bits(first.to_bits() + peer as u32).into()
}

fn number_of(ip: IpAddr, first: Ipv4Addr) -> Option<usize> {
    match ip {
        IpAddr::V4(ip) => ip.to_bits().checked_sub(first.to_bits()).map(|peer| peer as usize),
        IpAddr::V6(_) => None,
    }
}

const FIRST_IP: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 0);
/// The largest that coalesced datagrams can be.
const DATAGRAM_MAX: usize = 65_535;
/// Enough for a window of datagrams, which the kernel counts with its own overhead each.
const RECEIVE_BUFFER: usize = 1 << 20;
