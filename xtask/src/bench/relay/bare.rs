//! The floor: a thread that receives with recvmmsg, sends with sendmmsg and does nothing else to a datagram.

use std::io::{IoSlice, IoSliceMut};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Context as _;
use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, MultiHeaders, SockaddrIn, recvmmsg, sendmmsg};

use super::wire::{ip_of, peer_of};

/// Forwards what each peer sends to the peer that [`partner`](super::partner) names, until it is stopped.
pub(super) struct Bare {
    pub(super) address: SocketAddr,
    over: Arc<AtomicBool>,
    thread: JoinHandle<anyhow::Result<()>>,
}

impl Bare {
    pub(super) fn start() -> anyhow::Result<Self> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_read_timeout(Some(STOP_WITHIN))?;
        let address = socket.local_addr()?;
        let over = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&over);
        let thread = std::thread::Builder::new().name(THREAD.into()).spawn(move || forward(&socket, &stop))?;
        Ok(Self { address, over, thread })
    }

    pub(super) fn stop(self) -> anyhow::Result<()> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().expect("the forwarder does not panic")
    }
}

fn forward(socket: &UdpSocket, over: &AtomicBool) -> anyhow::Result<()> {
    let mut buffers = vec![[0; DATAGRAM_MAX]; BATCH];
    // Two, because sending leaves pointers to its addresses in the headers, and receiving would write there.
    let (mut incoming, mut outgoing) = (MultiHeaders::preallocate(BATCH, None), MultiHeaders::preallocate(BATCH, None));
    while !over.load(Ordering::Relaxed) {
        let received = receive(socket, &mut incoming, &mut buffers)?;
        send(socket, &mut outgoing, &buffers, &received)?;
    }
    Ok(())
}

/// Length and source of each datagram; none if nothing came in time.
fn receive(
    socket: &UdpSocket,
    headers: &mut MultiHeaders<SockaddrIn>,
    buffers: &mut [[u8; DATAGRAM_MAX]],
) -> anyhow::Result<Vec<(usize, Option<SockaddrIn>)>> {
    let mut slices: Vec<_> = buffers.iter_mut().map(|buffer| [IoSliceMut::new(buffer)]).collect();
    match recvmmsg(socket.as_raw_fd(), headers, &mut slices, MsgFlags::MSG_WAITFORONE, None) {
        Ok(datagrams) => Ok(datagrams.map(|datagram| (datagram.bytes, datagram.address)).collect()),
        Err(Errno::EAGAIN | Errno::EINTR) => Ok(Vec::new()),
        Err(error) => Err(error).context("receive"),
    }
}

fn send(
    socket: &UdpSocket,
    headers: &mut MultiHeaders<SockaddrIn>,
    buffers: &[[u8; DATAGRAM_MAX]],
    received: &[(usize, Option<SockaddrIn>)],
) -> anyhow::Result<()> {
    let contents: Vec<_> =
        buffers.iter().zip(received).map(|(buffer, (len, _))| [IoSlice::new(&buffer[..*len])]).collect();
    let addresses: Vec<_> = received.iter().map(|(_, from)| from.and_then(partner_of)).collect();
    let mut sent = 0;
    while sent < received.len() {
        let results =
            sendmmsg(socket.as_raw_fd(), headers, &contents[sent..], &addresses[sent..], [], MsgFlags::empty());
        sent += results.context("send")?.count();
    }
    Ok(())
}

fn partner_of(from: SockaddrIn) -> Option<SockaddrIn> {
    let peer = peer_of(from.ip().into())?;
    match SocketAddr::new(ip_of(super::partner(peer)), from.port()) {
        SocketAddr::V4(address) => Some(address.into()),
        SocketAddr::V6(_) => None,
    }
}

pub(super) const THREAD: &str = "bare-udp";
const BATCH: usize = 64;
const DATAGRAM_MAX: usize = 1500;
const STOP_WITHIN: Duration = Duration::from_millis(100);
