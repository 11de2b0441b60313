use std::net::IpAddr;

use axum::extract::Request;
use axum::http::header;

use super::forwarded::Forwarded;
use super::{Arrival, Site};

/// A request as its sender made it: as the connection tells, or as proxies do that are trusted.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// Who asks; `None`: nobody has told.
    pub(crate) client: Option<IpAddr>,
    /// Whether the client came by HTTPS.
    pub(crate) is_private: bool,
    /// The host that the client named, with its port if it named one.
    pub(crate) authority: Option<String>,
}

impl Visit {
    pub(super) fn of(request: &Request, site: &Site) -> Self {
        let arrival = request.extensions().get::<Arrival>();
        let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = named.map(str::to_owned).or_else(|| request.uri().authority().map(ToString::to_string));
        let is_private = arrival.is_some_and(|arrival| arrival.is_private);
        let peer = arrival.map(|arrival| arrival.peer.ip().to_canonical());
        match peer {
            Some(proxy) if is_trusted(site, proxy) => {
                let said = site.forwarded.read(request.headers());
                Self {
                    client: Some(client(site, proxy, &said)),
                    is_private: said.proto.map_or(is_private, |proto| proto.eq_ignore_ascii_case("https")),
                    authority: said.host.or(authority),
                }
            }
            Some(_) | None => Self { client: peer, is_private, authority },
        }
    }
}

fn is_trusted(site: &Site, address: IpAddr) -> bool {
    site.trusted_proxies.iter().any(|network| network.contains(&address))
}

/// Each proxy adds who asked it: the first one, from the nearest on, that is no proxy of ours is the client.
fn client(site: &Site, nearest: IpAddr, said: &Forwarded) -> IpAddr {
    let mut last = nearest;
    for address in said.clients.iter().rev() {
        match address.map(|address| address.to_canonical()) {
            Some(address) if is_trusted(site, address) => last = address,
            Some(address) => return address,
            None => break,
        }
    }
    last
}
