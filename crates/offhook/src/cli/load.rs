use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use offhook_call::PageId;
use url::Url;

/// With the token of Offhook's own API the load is both sides: it makes Pages, apps, consumers and their devices, which
/// stay on the server. With a Page and consumers it is only the business that calls them, on any server.
///
/// Fails if more calls failed than --max-failed, and if this machine did not keep up, which makes the results void.
/// Ctrl-C ends the calls and reports what there is.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    /// Where the server is
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub(crate) base_url: Url,
    /// Calls at a time; how long each lasts follows: --calls / --rate
    #[arg(long)]
    pub(crate) calls: u32,
    /// New calls a second, however the server does
    #[arg(long)]
    pub(crate) rate: f64,
    /// How long calls are started, like `60s`
    #[arg(long = "for", value_name = "TIME")]
    pub(crate) time: humantime::Duration,
    /// Let the consumers call the business
    #[arg(long, conflicts_with = "page")]
    pub(crate) inbound: bool,
    /// Bearer token of Offhook's own API
    #[arg(long, env = "OFFHOOK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: Option<String>,
    #[command(flatten)]
    pub(crate) business: BusinessArgs,
    /// Address of this machine for media and webhooks; by default the one that reaches the base URL
    #[arg(long)]
    pub(crate) local_ip: Option<IpAddr>,
    /// Calls that may fail
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) max_failed: u64,
    /// Succeed even if this machine did not keep up
    #[arg(long)]
    pub(crate) allow_late: bool,
    /// Print the result as one JSON object; docs/load.md has the words
    #[arg(long)]
    pub(crate) json: bool,
}

/// A Page whose consumers somebody else answers for.
#[derive(Debug, Args)]
pub(crate) struct BusinessArgs {
    /// The Page that calls
    #[arg(long, requires = "token", requires = "to")]
    pub(crate) page: Option<PageId>,
    /// Page access token with `pages_messaging`
    #[arg(long, env = "OFFHOOK_PAGE_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The app's secret: proves each request (`appsecret_proof`)
    #[arg(long, env = "OFFHOOK_APP_SECRET", hide_env_values = true)]
    pub(crate) app_secret: Option<String>,
    /// File with the consumers to call, one psid a line
    #[arg(long, value_name = "FILE", requires = "page")]
    pub(crate) to: Option<PathBuf>,
}
