//! What proxies say about the request that they pass on.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};
use rfc7239::{NodeIdentifier, NodeName};
use serde::Deserialize;

/// Which headers the trusted proxies set. The others are not believed: a proxy passes on what it does not set itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Forwarded-Host`.
    #[default]
    #[serde(rename = "X-Forwarded-For")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// What the proxies say.
#[derive(Debug, Default)]
pub(super) struct Forwarded {
    /// Who asked each of them, the nearest proxy's word last. `None`: unknown or hidden.
    pub(super) clients: Vec<Option<IpAddr>>,
    pub(super) proto: Option<String>,
    pub(super) host: Option<String>,
}

impl ForwardedHeader {
    pub(super) fn read(self, headers: &HeaderMap) -> Forwarded {
        match self {
            Self::XForwardedFor => Forwarded {
                clients: list(headers, &X_FORWARDED_FOR).map(address).collect(),
                proto: list(headers, &X_FORWARDED_PROTO).next_back().map(str::to_owned),
                host: list(headers, &X_FORWARDED_HOST).next_back().map(str::to_owned),
            },
            Self::Forwarded => read_rfc7239(headers),
        }
    }
}

/// A parameter that the nearest proxy leaves out is taken from the one before it, which it has let pass.
fn read_rfc7239(headers: &HeaderMap) -> Forwarded {
    let mut said = Forwarded::default();
    let lines = headers.get_all(FORWARDED).iter().filter_map(|line| line.to_str().ok());
    for element in lines.flat_map(rfc7239::parse) {
        let Ok(element) = element else {
            said.clients.push(None);
            continue;
        };
        said.clients.push(element.forwarded_for.as_ref().and_then(node));
        said.proto = element.protocol.map(unquoted).or(said.proto);
        said.host = element.host.map(unquoted).or(said.host);
    }
    said
}

/// A value with a port in it must be quoted; the crate leaves that to us.
fn unquoted(value: &str) -> String {
    value.trim_matches('"').to_owned()
}

fn node(node: &NodeIdentifier<'_>) -> Option<IpAddr> {
    match node.name {
        NodeName::Ip(ip) => Some(ip),
        NodeName::Unknown | NodeName::Obfuscated(_) => None,
    }
}

/// The items of a header that may come several times, in order.
fn list<'a>(headers: &'a HeaderMap, name: &'a HeaderName) -> impl DoubleEndedIterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().ok().or_else(|| text.parse().ok().map(|socket: SocketAddr| socket.ip()))
}

const FORWARDED: HeaderName = HeaderName::from_static("forwarded");
const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const X_FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
