//! Which addresses candidates name.

use std::net::{IpAddr, SocketAddr};

use offhook_media::Candidate;

use crate::bind::Bound;
use crate::config::RelayConfig;
use crate::relay::StartError;

/// The addresses to advertise, the preferred first: public ones, then those that are configured. If none are, those that
/// are bound, and the machine's own for an unspecified one; but a family that has a public address is reached by that.
pub fn advertised(config: &RelayConfig, bound: &[IpAddr]) -> Result<Vec<IpAddr>, StartError> {
    let RelayConfig { public_ip, advertise, .. } = config;
    if let Some(loopback) = public_ip.iter().find(|address| address.is_loopback()) {
        return Err(StartError::NoHost(*loopback));
    }
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in public_ip.iter().chain(advertise) {
        check(address, bound)?;
        if !addresses.contains(address) {
            addresses.push(*address);
        }
    }
    let is_reached = |address: &IpAddr| public_ip.iter().any(|public| public.is_ipv4() == address.is_ipv4());
    for address in bound.iter().filter(|address| advertise.is_empty() && !is_reached(address)) {
        if address.is_unspecified() {
            addresses.extend(of_interfaces(address.is_ipv4())?);
        } else {
            addresses.push(*address);
        }
    }
    Ok(addresses)
}

/// The addresses of the machine's interfaces.
pub fn interfaces() -> Result<Vec<IpAddr>, StartError> {
    let interfaces = if_addrs::get_if_addrs().map_err(StartError::Interfaces)?;
    Ok(interfaces.into_iter().map(|interface| interface.ip()).collect())
}

/// One candidate for each advertised address that is bound, or whose family is: behind a NAT that maps one to one, what
/// peers see is bound nowhere.
pub(crate) fn candidates<T: Bound>(
    advertised: &[IpAddr],
    bound: &[T],
    candidate: fn(SocketAddr) -> Candidate,
) -> impl Iterator<Item = Candidate> {
    advertised.iter().filter_map(move |address| {
        let exact = bound.iter().find(|bound| bound.address().ip() == *address);
        let behind = || bound.iter().find(|bound| bound.address().is_ipv4() == address.is_ipv4());
        let port = exact.or_else(behind)?.address().port();
        Some(candidate(SocketAddr::new(*address, port)))
    })
}

fn check(address: &IpAddr, bound: &[IpAddr]) -> Result<(), StartError> {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    if address.is_unspecified() || address.is_multicast() || is_broadcast {
        return Err(StartError::NoHost(*address));
    }
    if bound.iter().all(|bound| bound.is_ipv4() != address.is_ipv4()) {
        return Err(StartError::NotBound(*address));
    }
    Ok(())
}

/// Loopback only if there is nothing else. Link-local addresses need a zone, which a candidate cannot carry.
fn of_interfaces(ipv4: bool) -> Result<Vec<IpAddr>, StartError> {
    let of_family = interfaces()?.into_iter().filter(|address| address.is_ipv4() == ipv4 && !is_link_local(address));
    let (loopback, others): (Vec<_>, Vec<_>) = of_family.partition(IpAddr::is_loopback);
    Ok(if others.is_empty() { loopback } else { others })
}

fn is_link_local(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    }
}
