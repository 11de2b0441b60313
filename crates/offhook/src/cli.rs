use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use offhook_call::{AppId, PageId, Psid};
use offhook_client::admin::Admin;
use offhook_client::graph::CallId;
use url::Url;

use crate::command;
use crate::config::{Config, DATABASE};

/// Self-hosted business calling that speaks Meta's Messenger Calling API.
#[derive(Debug, Parser)]
#[command(version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Place a real call with real media on this machine, and show it
    Demo(DemoArgs),
    /// Run a server for development: a ready Page, consumers that answer, pages to call from
    Dev(DevArgs),
    /// Run a server
    Serve(ServeArgs),
    /// Place a call from this terminal, against Offhook or Meta
    Call(Box<CallArgs>),
    /// Copy a server's data into one file, while it runs
    Backup(BackupArgs),
    /// Put a backup in the place of a stopped server's data
    Restore(RestoreArgs),
    /// Read a server's data or a backup through and say what is wrong with it
    Check(CheckArgs),
    /// Look at configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Follow webhooks, or fetch them, while at work on an integration
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    /// Look at SDP
    #[command(subcommand)]
    Sdp(SdpCommand),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Print the result as one JSON object and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DevArgs {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Folder that keeps the data from run to run
    #[arg(long, default_value = "./offhook-data")]
    pub(crate) data: PathBuf,
    /// Print what there is to know as one JSON line instead of text
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Configuration file; `offhook config default` prints all keys
    #[arg(long)]
    pub(crate) config: PathBuf,
    /// Bearer token of the own API
    #[arg(long, env = "OFFHOOK_ADMIN_TOKEN", hide_env_values = true)]
    pub(crate) admin_token: Option<String>,
}

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

#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The file to write; it must not exist
    pub(crate) out: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// The backup
    pub(crate) backup: PathBuf,
    /// Set the database that is there aside, under another name
    #[arg(long)]
    pub(crate) replace: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) data: DataArgs,
    /// Print the result as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// Whose data.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct DataArgs {
    /// Configuration file of the server
    #[arg(long)]
    config: Option<PathBuf>,
    /// Data folder, as `offhook dev` takes it
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The database itself, such as a backup
    #[arg(long)]
    file: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Read a configuration file and say what is wrong with it
    Check { file: PathBuf },
    /// Print the defaults, commented
    Default,
}

#[derive(Debug, Subcommand)]
enum WebhooksCommand {
    /// Fetch an app's webhooks and post them to a URL, from behind any NAT; the server does the rest as for a callback
    Listen(ListenArgs),
    /// Show each try of a webhook as it happens
    Tail(TailArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The app
    #[arg(long)]
    pub(crate) app: AppId,
    /// Where to post its webhooks: the very bytes, with their signatures
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: Url,
    /// A Page to subscribe the app to
    #[arg(long)]
    pub(crate) page: Option<PageId>,
    /// If the app has a callback, REPLACE it, and leave it replaced
    #[arg(long)]
    pub(crate) replace: bool,
    /// Print each webhook as a JSON object and nothing else
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only this app's
    #[arg(long)]
    pub(crate) app: Option<AppId>,
    /// Only this call's
    #[arg(long)]
    pub(crate) call: Option<CallId>,
    /// Print each try as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

/// A server's own API.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Where the server is
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    base_url: Url,
    /// Bearer token of the own API
    #[arg(long, env = "OFFHOOK_ADMIN_TOKEN", hide_env_values = true)]
    admin_token: String,
}

impl ServerArgs {
    pub(crate) fn admin(&self) -> anyhow::Result<Admin> {
        Ok(Admin::new(self.base_url.clone(), self.admin_token.clone())?)
    }
}

#[derive(Debug, Subcommand)]
enum SdpCommand {
    /// Say what is wrong with an SDP offer, line by line; fails if the server would refuse it
    Lint(LintArgs),
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// File with the offer; `-` reads standard input
    pub(crate) file: PathBuf,
    /// Print the findings as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Cli {
    /// Runs the command; the exit code says whether what was asked for holds.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Demo(args) => command::demo::run(&args),
            Command::Dev(args) => command::dev::run(args),
            Command::Serve(args) => command::serve::run(args),
            Command::Call(args) => command::call::run(*args),
            Command::Backup(args) => command::backup::run(&args),
            Command::Restore(args) => command::restore::run(&args),
            Command::Check(args) => command::check::run(&args),
            Command::Config(ConfigCommand::Check { file }) => command::config::check(&file),
            Command::Config(ConfigCommand::Default) => command::config::default(),
            Command::Webhooks(WebhooksCommand::Listen(args)) => command::webhooks::listen(args),
            Command::Webhooks(WebhooksCommand::Tail(args)) => command::webhooks::tail(args),
            Command::Sdp(SdpCommand::Lint(args)) => command::sdp_lint::run(&args),
        }
    }
}

impl DataArgs {
    /// Where the database is, or is to be.
    pub(crate) fn database(&self) -> anyhow::Result<PathBuf> {
        Ok(match (&self.file, &self.data) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => folder.join(DATABASE),
            (None, None) => Config::load(self.config.as_deref())?.store.path.join(DATABASE),
        })
    }

    /// Whether a database was named, and not a server.
    pub(crate) fn is_file(&self) -> bool {
        self.file.is_some()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
