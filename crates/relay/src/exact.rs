//! A socket of its own for each of the machine's addresses.
//!
//! A socket on the unspecified address has to be told with every datagram which address of the machine it came to, and
//! has to tell with every datagram which one it leaves from: together 4 % of what a packet costs. So an address that the
//! machine has when the relay starts gets a socket on the same port, which the kernel prefers. The one on the unspecified
//! address stays for all others.

use std::io;
use std::net::IpAddr;

use crate::socket::Socket;

/// Adds sockets for the machine's addresses to those on an unspecified one, and puts them first.
pub(crate) fn add_exact(sockets: Vec<Socket>) -> Vec<Socket> {
    let mut all = Vec::new();
    for socket in sockets.iter().filter(|socket| cfg!(target_os = "linux") && socket.local().ip().is_unspecified()) {
        let addresses = of_machine().unwrap_or_else(|error| {
            tracing::warn!(%error, "cannot list the addresses of this machine");
            Vec::new()
        });
        let is_of_family = |address: &IpAddr| address.is_ipv4() == socket.local().is_ipv4();
        for address in addresses.into_iter().filter(is_of_family).take(EXACT_MAX) {
            match socket.beside(address) {
                Ok(exact) => all.push(exact),
                Err(error) => tracing::debug!(%address, %error, "no socket of its own for an address"),
            }
        }
    }
    all.extend(sockets);
    all
}

/// Without those that need a zone: a candidate names none of them.
fn of_machine() -> io::Result<Vec<IpAddr>> {
    let is_usable = |address: &IpAddr| match address {
        IpAddr::V4(_) => true,
        IpAddr::V6(address) => !address.is_unicast_link_local(),
    };
    Ok(if_addrs::get_if_addrs()?.into_iter().map(|interface| interface.ip()).filter(is_usable).collect())
}

/// Of a family. A machine with more (one of containers, say) has them for others.
const EXACT_MAX: usize = 8;
