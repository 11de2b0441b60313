//! Which addresses candidates name.

use std::io;
use std::net::{IpAddr, SocketAddr};

use offhook_media::Candidate;

use crate::config::RelayConfig;
use crate::socket::Socket;

/// The addresses to advertise: as configured, or else the bound ones and those of the interfaces.
pub(crate) fn advertised(config: &RelayConfig, bound: &[IpAddr]) -> io::Result<Vec<IpAddr>> {
    if !config.advertise.is_empty() {
        return Ok(config.advertise.clone());
    }
    let mut addresses = Vec::new();
    for address in bound {
        if address.is_unspecified() {
            addresses.extend(of_interfaces(address.is_ipv4())?);
        } else {
            addresses.push(*address);
        }
    }
    Ok(addresses)
}

/// One candidate for each advertised address that a socket receives on.
pub(crate) fn candidates(advertised: &[IpAddr], sockets: &[Socket]) -> Vec<Candidate> {
    let with_port = |address: &IpAddr| {
        let exact = sockets.iter().find(|socket| socket.local().ip() == *address);
        // Behind a NAT that maps one to one, what peers see is bound nowhere.
        let socket = exact.or_else(|| sockets.iter().find(|socket| socket.local().is_ipv4() == address.is_ipv4()))?;
        Some(Candidate::Udp(SocketAddr::new(*address, socket.local().port())))
    };
    advertised.iter().filter_map(with_port).collect()
}

/// Loopback only if there is nothing else. Link-local addresses need a zone, which a candidate cannot carry.
fn of_interfaces(ipv4: bool) -> io::Result<Vec<IpAddr>> {
    let addresses = if_addrs::get_if_addrs()?.into_iter().map(|interface| interface.ip());
    let of_family = addresses.filter(|address| address.is_ipv4() == ipv4 && !is_link_local(address));
    let (loopback, others): (Vec<_>, Vec<_>) = of_family.partition(IpAddr::is_loopback);
    Ok(if others.is_empty() { loopback } else { others })
}

fn is_link_local(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}
