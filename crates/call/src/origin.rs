use std::fmt;
use std::net::Ipv6Addr;

use serde::{Deserialize, Serialize};

/// Where a page of the web comes from, written as browsers write it (RFC 6454, section 6.2): a scheme, a host and a port
/// that is not the scheme's own. It can stand in a header as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebOrigin(String);

/// A text that is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an origin is https:// or http://, a host in small ASCII letters and a port if it is not the usual one, no path: \
         https://shop.example"
)]
pub struct InvalidWebOrigin;

/// Longest origin, in bytes: the longest name of the DNS with scheme and port fits.
const MAX_LEN: usize = 270;

impl WebOrigin {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WebOrigin {
    type Error = InvalidWebOrigin;

    fn try_from(text: String) -> Result<Self, InvalidWebOrigin> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidWebOrigin)?;
        let usual_port = match scheme {
            "https" => 443,
            "http" => 80,
            _ => return Err(InvalidWebOrigin),
        };
        let (host, port) = split_port(rest);
        let port_is_good = port.is_none_or(|port| is_port(port, usual_port));
        if text.len() > MAX_LEN || !is_host(host) || !port_is_good {
            return Err(InvalidWebOrigin);
        }
        Ok(Self(text))
    }
}

/// The colons of an IPv6 address stand in brackets.
fn split_port(rest: &str) -> (&str, Option<&str>) {
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        Some(_) | None => (rest, None),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
    }
    let is_label = |label: &str| {
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(allowed)
    };
    host.split('.').all(is_label)
}

fn is_port(text: &str, usual: u16) -> bool {
    text.parse::<u16>().is_ok_and(|port| port != 0 && port != usual && port.to_string() == text)
}

impl From<WebOrigin> for String {
    fn from(origin: WebOrigin) -> String {
        origin.0
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_taken_as_browsers_write_them() {
        for good in
            ["https://shop.example", "http://localhost:3000", "https://[::1]:8443", "https://10.0.0.1", "https://a-1.b"]
        {
            assert_eq!(WebOrigin::try_from(good.to_owned()).map(String::from).as_deref(), Ok(good));
        }
    }

    #[test]
    fn what_is_no_origin_or_not_written_as_one_is_refused() {
        let bad = [
            "",
            "shop.example",
            "https://",
            "https://shop.example/",
            "https://Shop.example",
            "https://shop.example:443",
            "http://shop.example:80",
            "https://shop.example:0",
            "https://shop.example:08443",
            "https://shop.example:x",
            "https://shop..example",
            "https://*.shop.example",
            "https://user@shop.example",
            "wss://shop.example",
            "https://[::0001]",
            "https://[::1",
            "https://shop.example 'unsafe-inline'",
            "https://shop.example;",
            "null",
        ];
        for bad in bad {
            assert_eq!(WebOrigin::try_from(bad.to_owned()), Err(InvalidWebOrigin), "{bad}");
        }
        let long = format!("https://{}.example", "a".repeat(MAX_LEN));
        assert_eq!(WebOrigin::try_from(long), Err(InvalidWebOrigin));
    }
}
