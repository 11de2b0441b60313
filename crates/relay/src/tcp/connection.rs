//! A connection of a leg's peer.

use std::io::{self, IoSlice, Read as _, Write as _};

use mio::net::TcpStream;

use super::frame::{self, PARTIAL_LEN_MAX};
use super::seats::Seat;
use super::visitor::Ends;

pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    pub(crate) ends: Ends,
    /// It waits for its turn to be read.
    pub(crate) is_queued: bool,
    /// The beginning of the next frame.
    incoming: Vec<u8>,
    /// The end of the last frame: what the system did not take of it.
    outgoing: Vec<u8>,
    _seat: Seat,
}

/// How far a reading came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    MayHaveMore,
    Empty,
    /// The peer closed the connection, or sent what is no frame.
    Over,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, ends: Ends, seat: Seat) -> Self {
        let (incoming, outgoing) = (Vec::new(), Vec::new());
        Self { stream, ends, is_queued: false, incoming, outgoing, _seat: seat }
    }

    /// Reads once. `buffer` is longer than [`PARTIAL_LEN_MAX`].
    pub(crate) fn read(&mut self, buffer: &mut [u8], each: impl FnMut(&mut [u8])) -> Read {
        let kept = self.incoming.len();
        buffer[..kept].copy_from_slice(&self.incoming);
        let len = match self.stream.read(&mut buffer[kept..]) {
            Ok(0) => return Read::Over,
            Ok(len) => kept + len,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Read::Empty,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Read::MayHaveMore,
            Err(_) => return Read::Over,
        };
        let Ok(whole) = frame::take_whole(&mut buffer[..len], each) else { return Read::Over };
        self.incoming.clear();
        self.incoming.extend_from_slice(&buffer[whole..len]);
        Read::MayHaveMore
    }

    /// Whether the datagram is on its way. If not, it is lost: the peer does not read as fast as it is sent to.
    pub(crate) fn send(&mut self, datagram: &[u8]) -> bool {
        let Some(header) = frame::header(datagram) else { return false };
        if !self.flush() {
            return false;
        }
        let Ok(sent) = self.stream.write_vectored(&[IoSlice::new(&header), IoSlice::new(datagram)]) else {
            return false;
        };
        // A frame that was begun must be finished, or nothing after it can be understood.
        self.outgoing.extend_from_slice(&header[sent.min(header.len())..]);
        self.outgoing.extend_from_slice(&datagram[sent.saturating_sub(header.len())..]);
        true
    }

    /// Whether nothing is left of the frame that was begun.
    pub(crate) fn flush(&mut self) -> bool {
        if !self.outgoing.is_empty() {
            let sent = self.stream.write(&self.outgoing).unwrap_or(0);
            self.outgoing.drain(..sent);
        }
        self.outgoing.is_empty()
    }
}

/// One read takes so much at most.
pub(crate) const READ_LEN_MAX: usize = 16 << 10;
const _: () = assert!(READ_LEN_MAX > PARTIAL_LEN_MAX, "a frame is whole before there is no room for more");
