use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use offhook_call::{AppId, PageId, Psid};
use url::Url;

/// Without webhooks the line alone tells what happens: the consumer has picked up when their voice is heard, and a call
/// that they end is noticed some seconds later, when the line is dead.
#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// Where the Graph API is; may end in a version
    #[arg(long, default_value = offhook_client::graph::META)]
    pub(crate) base_url: Url,
    /// The Page that calls
    #[arg(long)]
    pub(crate) page: PageId,
    /// The consumer to call, as the Page knows them (psid)
    #[arg(long)]
    pub(crate) to: Psid,
    /// Page access token with `pages_messaging`
    #[arg(long, env = "OFFHOOK_PAGE_TOKEN", hide_env_values = true)]
    pub(crate) token: String,
    /// The app's secret: proves each request (`appsecret_proof`) and checks webhooks
    #[arg(long, env = "OFFHOOK_APP_SECRET", hide_env_values = true)]
    pub(crate) app_secret: Option<String>,
    #[command(flatten)]
    pub(crate) voice: VoiceArgs,
    /// Write what is heard to an Ogg Opus file
    #[arg(long, value_name = "FILE.ogg")]
    pub(crate) record: Option<PathBuf>,
    /// Hang up after talking for so long, like `10s`; else Ctrl-C or the end of the played file does
    #[arg(long = "for", value_name = "TIME")]
    pub(crate) length: Option<humantime::Duration>,
    /// If the consumer has not permitted calls, ask for it in their thread
    #[arg(long)]
    pub(crate) request_permission: bool,
    /// Address of this machine to send and receive media on; by default the one that reaches the base URL
    #[arg(long)]
    pub(crate) local_ip: Option<IpAddr>,
    #[command(flatten)]
    pub(crate) callback: CallbackArgs,
    /// Print the result as one JSON object and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

/// What to say; silence by default.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct VoiceArgs {
    /// Play a WAV or Ogg Opus file, from when the consumer is heard
    #[arg(long, value_name = "FILE")]
    pub(crate) play: Option<PathBuf>,
    /// Say a tone
    #[arg(long, value_name = "HZ", value_parser = clap::value_parser!(u32).range(20..=20_000))]
    pub(crate) tone: Option<u32>,
    /// Say what is heard
    #[arg(long)]
    pub(crate) echo: bool,
}

/// A callback for the time of the call.
#[derive(Debug, Args)]
pub(crate) struct CallbackArgs {
    /// Take webhooks on this address; REPLACES the app's callback, and leaves it replaced
    #[arg(long, requires = "app")]
    pub(crate) listen: Option<SocketAddr>,
    /// The public URL that leads to --listen; by default the address itself
    #[arg(long, requires = "listen")]
    pub(crate) callback: Option<Url>,
    /// The app whose callback to set
    #[arg(long, requires = "listen")]
    pub(crate) app: Option<AppId>,
    /// What the server is to repeat when it checks the callback; random by default
    #[arg(long, requires = "listen")]
    pub(crate) verify_token: Option<String>,
}
