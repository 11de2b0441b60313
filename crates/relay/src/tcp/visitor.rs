//! A connection that has not said yet which leg it belongs to.

use std::io::{self, Read as _};
use std::net::SocketAddr;
use std::time::Instant;

use mio::net::TcpStream;
use offhook_media::shard_of_check;

use super::frame::HEADER_LEN;
use super::seats::Seat;

/// The addresses of a connection; the system gives them to one at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Ends {
    pub(crate) local: SocketAddr,
    pub(crate) remote: SocketAddr,
}

pub(crate) struct Visitor {
    pub(crate) stream: TcpStream,
    pub(crate) came_at: Instant,
    ends: Ends,
    seat: Seat,
    /// The first frame, as far as it has come.
    said: Vec<u8>,
}

/// A connection whose first frame is a check for a leg of the shard. Nothing of it is authenticated.
pub(crate) struct Arrival {
    pub(crate) stream: TcpStream,
    pub(crate) ends: Ends,
    pub(crate) seat: Seat,
    pub(crate) check: Vec<u8>,
}

/// What a visitor has said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Said {
    NotAllYet,
    /// Whose leg it is for.
    Check {
        shard: u16,
    },
    /// It has closed the connection, or its first frame is no check.
    Nothing,
}

impl Visitor {
    pub(crate) fn new(stream: TcpStream, remote: SocketAddr, seat: Seat, now: Instant) -> io::Result<Self> {
        let ends = Ends { local: stream.local_addr()?, remote };
        Ok(Self { stream, came_at: now, ends, seat, said: Vec::new() })
    }

    /// Reads no further than the first frame, so that the rest is the shard's.
    pub(crate) fn listen(&mut self) -> Said {
        if let Some(said) = self.read_up_to(HEADER_LEN) {
            return said;
        }
        let len = u16::from_be_bytes([self.said[0], self.said[1]]);
        if !CHECK_LEN.contains(&len) {
            return Said::Nothing;
        }
        if let Some(said) = self.read_up_to(HEADER_LEN + usize::from(len)) {
            return said;
        }
        shard_of_check(&self.said[HEADER_LEN..]).map_or(Said::Nothing, |shard| Said::Check { shard })
    }

    pub(crate) fn arrive(self) -> Arrival {
        let Self { stream, ends, seat, mut said, .. } = self;
        Arrival { stream, ends, seat, check: said.split_off(HEADER_LEN) }
    }

    /// `None` once so much was read.
    fn read_up_to(&mut self, len: usize) -> Option<Said> {
        let missing = len.saturating_sub(self.said.len());
        if missing == 0 {
            return None;
        }
        match (&mut self.stream).take(missing as u64).read_to_end(&mut self.said) {
            Ok(read) if read == missing => None,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Some(Said::NotAllYet),
            Ok(_) | Err(_) => Some(Said::Nothing),
        }
    }
}

/// Of a check: a STUN header at least, and less than a datagram.
const CHECK_LEN: std::ops::RangeInclusive<u16> = 20..=1280;
