//! One system call for each datagram, where there is none for more.

use offhook_media::Transmit;

use crate::socket::Socket;

/// The sending half of a socket.
pub(crate) struct Outbox;

impl Outbox {
    pub(crate) fn new(_: &Socket) -> Self {
        Self
    }

    /// Sends the datagrams, which have one source address; returns how many could not be sent.
    pub(crate) fn send(&mut self, socket: &Socket, batch: &[Transmit<'_>]) -> usize {
        batch.iter().filter(|transmit| socket.send(**transmit).is_err()).count()
    }
}
