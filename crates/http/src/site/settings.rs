use std::time::Duration;

use ipnet::IpNet;

use super::{BasePath, ForwardedHeader, Origin};

/// What the operator says about how this server is reached.
#[derive(Debug, Clone, Default)]
pub struct Site {
    pub base_path: BasePath,
    /// Proxies in front of this server: what they say about a request is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where they say it.
    pub forwarded: ForwardedHeader,
    /// Origins beside the server's own whose pages may open WebSockets here.
    pub origins: Vec<Origin>,
    /// How long browsers shall come by HTTPS only, told over HTTPS; zero: they are not told.
    pub hsts: Duration,
    /// How long somebody who has signed in stays so.
    pub session_life: Duration,
}
