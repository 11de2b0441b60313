use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::Context as _;
use offhook_call::PageId;
use offhook_client::scenario::Server;
use url::Url;

use crate::config::Media;
use crate::local_ip;

/// Where simulated devices find the server that they live in.
#[derive(Clone)]
pub(crate) struct Stage {
    base: Url,
    admin_token: String,
    local_ip: IpAddr,
}

impl Stage {
    /// `address` is the server's, `media` what it says of its media.
    pub(crate) fn new(address: SocketAddr, admin_token: &str, media: Option<IpAddr>) -> anyhow::Result<Self> {
        let own = match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let base = format!("http://{}", SocketAddr::new(own, address.port()));
        let base = base.parse().context("the server's own address is no HTTP address")?;
        let local_ip = media.and_then(local_ip::towards_ip).unwrap_or(own);
        Ok(Self { base, admin_token: admin_token.to_owned(), local_ip })
    }

    pub(super) fn server(&self, page: PageId) -> Server {
        let Self { base, admin_token, local_ip } = self.clone();
        Server { base, admin_token, page, local_ip }
    }
}

/// The address that the server's candidates name first, if the configuration tells.
pub(crate) fn media_ip(media: &Media) -> Option<IpAddr> {
    let named = media.public_ip.iter().chain(&media.advertise).chain(&media.bind);
    named.copied().find(|ip| !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn media_of(text: &str) -> Option<IpAddr> {
        media_ip(&Config::parse(text).unwrap().media)
    }

    #[test]
    fn devices_use_the_address_that_reaches_the_media() {
        assert_eq!(media_of(""), None);
        assert_eq!(media_of("[media]\nbind = [\"::\", \"127.0.0.2\"]"), Some([127, 0, 0, 2].into()));
        let advertised = media_of("[media]\nadvertise = [\"127.0.0.3\"]\nbind = [\"127.0.0.2\"]");
        assert_eq!(advertised, Some([127, 0, 0, 3].into()));
        let stage = Stage::new("0.0.0.0:8080".parse().unwrap(), "token", Some([127, 0, 0, 2].into())).unwrap();
        let server = stage.server(PageId(1));
        assert_eq!(server.base.as_str(), "http://127.0.0.1:8080/");
        assert!(server.local_ip.is_loopback());
        let stage = Stage::new("[::]:8080".parse().unwrap(), "token", None).unwrap();
        assert_eq!(stage.server(PageId(1)).base.as_str(), "http://[::1]:8080/");
    }
}
