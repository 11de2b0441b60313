//! A listening socket.

use std::io;
use std::net::SocketAddr;

use mio::event::Source;
use mio::net::TcpStream;
use socket2::{Domain, Protocol, SockRef, Type};

use crate::bind::Bound;

pub(crate) struct Listener {
    io: mio::net::TcpListener,
    local: SocketAddr,
}

impl Bound for Listener {
    fn bind(address: SocketAddr) -> io::Result<Self> {
        let socket = socket2::Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // Connections of the process before may linger for a while.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let listener: std::net::TcpListener = socket.into();
        let local = listener.local_addr()?;
        Ok(Self { io: mio::net::TcpListener::from_std(listener), local })
    }

    fn address(&self) -> SocketAddr {
        self.local
    }
}

impl Listener {
    pub(crate) fn source(&mut self) -> &mut impl Source {
        &mut self.io
    }

    /// `WouldBlock` if nobody is there.
    pub(crate) fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, remote) = self.io.accept()?;
        // Without these a connection is slower or holds more, but serves.
        let _ = stream.set_nodelay(true);
        let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
        Ok((stream, remote))
    }
}

/// Connections that the system holds until they are accepted.
const BACKLOG: i32 = 1024;
/// What a peer does not read in time is of no use to it any more: half a second of video, some seconds of audio.
const SEND_BUFFER: usize = 128 << 10;
