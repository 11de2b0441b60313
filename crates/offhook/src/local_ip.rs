//! Which of this machine's addresses to offer.

use std::net::{IpAddr, SocketAddr, UdpSocket};

use anyhow::Context as _;
use url::Url;

/// The address that this machine reaches the server from.
pub(crate) fn towards(base: &Url) -> anyhow::Result<IpAddr> {
    let server = base.socket_addrs(|| None)?;
    server.iter().find_map(route).with_context(|| format!("there is no way to {base}; --local-ip names one"))
}

/// The address that this machine reaches another from; `None`: it has no way there.
pub(crate) fn towards_ip(other: IpAddr) -> Option<IpAddr> {
    route(&SocketAddr::new(other, ANY_PORT))
}

/// Nothing is sent.
fn route(server: &SocketAddr) -> Option<IpAddr> {
    let any: IpAddr = if server.is_ipv4() { [0, 0, 0, 0].into() } else { [0; 16].into() };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(server).ok()?;
    Some(socket.local_addr().ok()?.ip())
}

/// The way does not depend on it.
const ANY_PORT: u16 = 9;
