use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use url::Url;

/// With --config the machine is looked at, with --base-url the server from outside; both is best.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Configuration file of the server on this machine, running or not
    #[arg(long, required_unless_present = "base_url")]
    pub(crate) config: Option<PathBuf>,
    /// Where the server is reached, as apps and consumers write it
    #[arg(long)]
    pub(crate) base_url: Option<Url>,
    /// Bearer token of the own API: looks at where apps get their webhooks
    #[arg(long, env = "OFFHOOK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: Option<String>,
    /// Send each callback a signed webhook without an event, to see that it is acknowledged and how fast
    #[arg(long, requires = "base_url")]
    pub(crate) webhooks: bool,
    /// Serve a page here that connects a browser to the server's media ports, over UDP and over TCP, and wait for it
    #[arg(long, value_name = "ADDRESS:PORT", requires = "base_url", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub(crate) browser: Option<SocketAddr>,
    /// How long to wait for the page to be opened
    #[arg(long, default_value = "5m", requires = "browser")]
    pub(crate) wait: humantime::Duration,
    /// Print the result as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
