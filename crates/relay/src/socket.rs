//! UDP in batches.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr, UdpSocket};

use mio::event::Source;
#[cfg(not(target_os = "linux"))]
use offhook_media::Transmit;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSocketState};
use socket2::{Domain, Protocol, SockRef, Type};

use crate::bind::Bound;

/// A bound, non-blocking socket.
pub(crate) struct Socket {
    io: mio::net::UdpSocket,
    state: UdpSocketState,
    local: SocketAddr,
}

/// Room for one batch of received datagrams.
pub(crate) struct Batch {
    bytes: Vec<u8>,
    metas: [RecvMeta; BATCH_SIZE],
    len: usize,
}

/// Some of the buffers of a batch.
pub(crate) struct Part<'a> {
    bytes: &'a mut [u8],
    metas: &'a [RecvMeta],
}

impl Bound for Socket {
    fn bind(address: SocketAddr) -> io::Result<Self> {
        Self::open(address, false)
    }

    fn address(&self) -> SocketAddr {
        self.local
    }
}

impl Socket {
    /// A socket on the port of this one, which is on the unspecified address, for one of the machine's addresses.
    pub(crate) fn beside(&self, address: IpAddr) -> io::Result<Self> {
        // Both have to agree to that, but only for as long as it takes: nobody else shall share the port.
        let this = SockRef::from(&self.io);
        this.set_reuse_address(true)?;
        let exact = Self::open(SocketAddr::new(address, self.local.port()), true);
        this.set_reuse_address(false)?;
        exact
    }

    fn open(address: SocketAddr, is_beside: bool) -> io::Result<Self> {
        let socket = socket2::Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // The system may grant less; a burst is lost earlier then.
        let _ = socket.set_recv_buffer_size(SOCKET_BUFFER);
        let _ = socket.set_send_buffer_size(SOCKET_BUFFER);
        socket.set_reuse_address(is_beside)?;
        socket.bind(&address.into())?;
        socket.set_reuse_address(false)?;
        let socket: UdpSocket = socket.into();
        let state = UdpSocketState::new((&socket).into())?;
        forgo_unread(&socket, address);
        let local = socket.local_addr()?;
        Ok(Self { io: mio::net::UdpSocket::from_std(socket), state, local })
    }

    pub(crate) fn local(&self) -> SocketAddr {
        self.local
    }

    pub(crate) fn source(&mut self) -> &mut impl Source {
        &mut self.io
    }

    /// Whether datagrams with this source address leave from here.
    pub(crate) fn sends_from(&self, source: SocketAddr) -> bool {
        let ip = self.local.ip();
        ip == source.ip() || (ip.is_unspecified() && ip.is_ipv4() == source.is_ipv4())
    }

    /// Fills the batch. `WouldBlock` if nothing is there.
    pub(crate) fn receive(&self, batch: &mut Batch) -> io::Result<()> {
        batch.len = 0;
        let mut buffers = batch.bytes.chunks_exact_mut(BUFFER_LEN);
        let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
            std::array::from_fn(|_| IoSliceMut::new(buffers.next().expect("a batch has BATCH_SIZE buffers")));
        batch.len = self.state.recv((&self.io).into(), &mut slices, &mut batch.metas)?;
        Ok(())
    }

    #[cfg(target_os = "linux")]
    pub(crate) fn fd(&self) -> std::os::fd::RawFd {
        std::os::fd::AsRawFd::as_raw_fd(&self.io)
    }

    /// Sends one datagram, from the address that its peer knows.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn send(&self, transmit: Transmit<'_>) -> io::Result<()> {
        let src_ip = self.local.ip().is_unspecified().then_some(transmit.src.ip());
        let transmit = quinn_udp::Transmit {
            destination: transmit.dst.address,
            ecn: None,
            contents: transmit.contents,
            segment_size: None,
            src_ip,
        };
        self.state.try_send((&self.io).into(), &transmit)
    }
}

impl Batch {
    pub(crate) fn new() -> Self {
        Self { bytes: vec![0; BATCH_SIZE * BUFFER_LEN], metas: [RecvMeta::default(); BATCH_SIZE], len: 0 }
    }

    /// How many buffers were filled.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Whether the socket may have held more than fitted.
    pub(crate) fn is_full(&self) -> bool {
        self.len == BATCH_SIZE
    }

    /// What was received, in parts of at most `len` buffers.
    pub(crate) fn parts(&mut self, len: usize) -> impl Iterator<Item = Part<'_>> {
        let metas = self.metas[..self.len].chunks(len);
        self.bytes.chunks_mut(len * BUFFER_LEN).zip(metas).map(|(bytes, metas)| Part { bytes, metas })
    }
}

impl Part<'_> {
    /// Who sent what is in the buffers, in their order.
    pub(crate) fn peers(&self) -> impl Iterator<Item = SocketAddr> {
        self.metas.iter().map(|meta| meta.addr)
    }

    /// Calls `handle` with the peer's address, ours and the datagram. The kernel may have joined several of one peer.
    pub(crate) fn for_each(self, local: SocketAddr, mut handle: impl FnMut(SocketAddr, SocketAddr, &mut [u8])) {
        for (buffer, meta) in self.bytes.chunks_exact_mut(BUFFER_LEN).zip(self.metas) {
            let ours = SocketAddr::new(meta.dst_ip.unwrap_or(local.ip()), local.port());
            for datagram in buffer[..meta.len].chunks_mut(meta.stride.max(1)) {
                handle(meta.addr, ours, datagram);
            }
        }
    }
}

/// Turns off what `quinn-udp` asks the kernel to tell of every datagram and the relay does not read: time, ECN, and our
/// own address where there is only one.
/// Each costs tens of nanoseconds a datagram; if the system does not know the option, it costs nothing.
fn forgo_unread(socket: &UdpSocket, address: SocketAddr) {
    let options = SockRef::from(socket);
    let _ = match address {
        SocketAddr::V4(_) => options.set_recv_tos_v4(false),
        SocketAddr::V6(_) => options.set_recv_tclass_v6(false),
    };
    #[cfg(target_os = "linux")]
    {
        use nix::sys::socket::{setsockopt, sockopt};
        let _ = setsockopt(socket, sockopt::ReceiveTimestampns, &false);
        let _ = match address {
            _ if address.ip().is_unspecified() => Ok(()),
            SocketAddr::V4(_) => setsockopt(socket, sockopt::Ipv4PacketInfo, &false),
            SocketAddr::V6(_) => setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &false),
        };
    }
}

/// Of one buffer: the kernel joins up to 64 KiB of datagrams of one peer (UDP GRO).
const DATAGRAMS_LEN_MAX: usize = 1 << 16;
/// Three cache lines more, about an audio packet: a power of two would put all packets of a batch into the same few lines
/// of the cache, where they drive each other out.
const BUFFER_LEN: usize = DATAGRAMS_LEN_MAX + 3 * 64;
/// Room for about 20 ms of 2,000 legs in bursts.
const SOCKET_BUFFER: usize = 4 << 20;
