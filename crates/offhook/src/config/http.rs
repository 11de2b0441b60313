use ipnet::IpNet;
use offhook_http::{BasePath, ForwardedHeader, Origin, Site};
use serde::Deserialize;

use super::duration::Span;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Http {
    base_path: BasePath,
    trusted_proxies: Vec<IpNet>,
    forwarded: ForwardedHeader,
    origins: Vec<Origin>,
    hsts: Span,
    session_life: Span,
}

impl Http {
    pub(crate) fn site(&self) -> Site {
        let Self { base_path, trusted_proxies, forwarded, origins, hsts, session_life } = self.clone();
        Site { base_path, trusted_proxies, forwarded, origins, hsts: hsts.0, session_life: session_life.0 }
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.session_life.0.is_zero(), "http.session_life must be more than 0s");
        Ok(())
    }
}
