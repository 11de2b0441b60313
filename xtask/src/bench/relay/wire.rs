//! The load's end of the network: one socket that is many peers, each with an address of its own in 127.0.0.0/8.
//!
//! Datagrams name their source address (IP_PKTINFO). So hundreds of peers cost one receive call a batch, not one each.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};

pub(super) struct Wire {
    socket: UdpSocket,
    state: UdpSocketState,
    port: u16,
    buffers: Vec<Vec<u8>>,
}

impl Wire {
    pub(super) fn open() -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        let state = UdpSocketState::new((&socket).into())?;
        state.set_recv_buffer_size((&socket).into(), RECEIVE_BUFFER)?;
        let port = socket.local_addr()?.port();
        Ok(Self { socket, state, port, buffers: vec![vec![0; DATAGRAM_MAX]; BATCH_SIZE] })
    }

    pub(super) fn address(&self, peer: usize) -> SocketAddr {
        SocketAddr::new(ip_of(peer), self.port)
    }

    pub(super) fn send(&self, peer: usize, destination: SocketAddr, contents: &[u8]) -> anyhow::Result<()> {
        let transmit = Transmit { destination, ecn: None, contents, segment_size: None, src_ip: Some(ip_of(peer)) };
        self.state.try_send((&self.socket).into(), &transmit).context("send")
    }

    /// Hands each datagram that has arrived to `each`, with the peer that it is for and the address it came from.
    /// Returns how many they were.
    pub(super) fn receive(
        &mut self,
        mut each: impl FnMut(usize, SocketAddr, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<usize> {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let mut slices: Vec<_> = self.buffers.iter_mut().map(|buffer| IoSliceMut::new(buffer)).collect();
        let batches = match self.state.recv((&self.socket).into(), &mut slices, &mut metas) {
            Ok(batches) => batches,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(0),
            Err(error) => return Err(error).context("receive"),
        };
        let mut datagrams = 0;
        for (meta, buffer) in metas.iter().zip(&self.buffers).take(batches) {
            let peer = meta.dst_ip.and_then(peer_of).context("a datagram for nobody")?;
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                each(peer, meta.addr, datagram)?;
                datagrams += 1;
            }
        }
        Ok(datagrams)
    }
}

/// The peer's address: its number in 127.1.0.0/16 and above.
pub(super) fn ip_of(peer: usize) -> IpAddr {
    Ipv4Addr::from_bits(FIRST_IP.to_bits() + peer as u32).into()
}

pub(super) fn peer_of(ip: IpAddr) -> Option<usize> {
    match ip {
        IpAddr::V4(ip) => ip.to_bits().checked_sub(FIRST_IP.to_bits()).map(|peer| peer as usize),
        IpAddr::V6(_) => None,
    }
}

const FIRST_IP: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 0);
/// The largest that coalesced datagrams can be.
const DATAGRAM_MAX: usize = 65_535;
/// Enough for a window of datagrams, which the kernel counts with its own overhead each.
const RECEIVE_BUFFER: usize = 1 << 20;
