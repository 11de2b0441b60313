//! What is to be sent, in one buffer that is used again and again.

use std::net::SocketAddr;
use std::ops::Range;

use offhook_call::Transport;

/// Where a peer is. The same address over another transport is another place. What goes by TCP the engine's owner frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Remote {
    pub transport: Transport,
    pub address: SocketAddr,
}

/// Which way a datagram goes: from one of our addresses to the peer's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) local: SocketAddr,
    pub(super) remote: Remote,
}

/// Datagrams to send, in order. The caller sends and [clears](Self::clear) them; the buffers keep their capacity, so
/// a packet costs no allocation.
#[derive(Debug, Default)]
pub struct Transmits {
    bytes: Vec<u8>,
    datagrams: Vec<(Route, Range<usize>)>,
}

/// One datagram to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transmit<'a> {
    /// The address of ours to send from: the one that the peer sent to.
    pub src: SocketAddr,
    pub dst: Remote,
    pub contents: &'a [u8],
}

impl Remote {
    pub const fn udp(address: SocketAddr) -> Self {
        Self { transport: Transport::Udp, address }
    }

    pub const fn tcp(address: SocketAddr) -> Self {
        Self { transport: Transport::Tcp, address }
    }
}

impl Transmits {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn iter(&self) -> impl Iterator<Item = Transmit<'_>> {
        self.datagrams.iter().map(|(route, range)| Transmit {
            src: route.local,
            dst: route.remote,
            contents: &self.bytes[range.clone()],
        })
    }

    pub fn len(&self) -> usize {
        self.datagrams.len()
    }

    pub fn is_empty(&self) -> bool {
        self.datagrams.is_empty()
    }

    pub fn clear(&mut self) {
        self.bytes.clear();
        self.datagrams.clear();
    }

    /// Adds the datagram that `write` appends to the buffer, which it gets with the place where the datagram begins.
    /// Returns its length, or `None` if `write` gave up and nothing is sent.
    pub(super) fn push(
        &mut self,
        route: Route,
        write: impl FnOnce(&mut Vec<u8>, usize) -> Option<()>,
    ) -> Option<usize> {
        let start = self.bytes.len();
        if write(&mut self.bytes, start).is_none() {
            self.bytes.truncate(start);
            return None;
        }
        self.datagrams.push((route, start..self.bytes.len()));
        Some(self.bytes.len() - start)
    }

    pub(super) fn push_bytes(&mut self, route: Route, datagram: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(datagram);
        self.datagrams.push((route, start..self.bytes.len()));
    }
}
