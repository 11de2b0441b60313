//! The command line: what a command takes is here, what it does in `command`.

mod agents;
mod call;
mod calls;
mod data;
mod doctor;
mod load;
mod run;
mod sdp;
mod server;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::command;
use agents::AgentsCommand;
pub(crate) use agents::{AddAgentArgs, ChangeAgentArgs, ListAgentsArgs, RenewAgentSecretArgs};
pub(crate) use call::{CallArgs, CallbackArgs, VoiceArgs};
use calls::CallsCommand;
pub(crate) use calls::{ListCallsArgs, ShowCallArgs, TailCallsArgs};
pub(crate) use data::{BackupArgs, CheckArgs, RestoreArgs};
pub(crate) use doctor::DoctorArgs;
pub(crate) use load::{BusinessArgs, LoadArgs};
pub(crate) use run::RunArgs;
pub(crate) use sdp::LintArgs;
use sdp::SdpCommand;
pub(crate) use server::ServerArgs;
use webhooks::WebhooksCommand;
pub(crate) use webhooks::{ListenArgs, TailArgs};

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
    /// Put many calls with real media on a server, and see how it bears them
    Load(Box<LoadArgs>),
    /// Play scripted consumers on a server, and say whether all was as expected
    Run(RunArgs),
    /// Look at calls: which there are, what happened to one, what happens now
    #[command(subcommand)]
    Calls(CallsCommand),
    /// Say who answers at the desk
    #[command(subcommand)]
    Agents(AgentsCommand),
    /// Copy a server's data into one file, while it runs
    Backup(BackupArgs),
    /// Put a backup in the place of a stopped server's data
    Restore(RestoreArgs),
    /// Read a server's data or a backup through and say what is wrong with it
    Check(CheckArgs),
    /// Look at a deployment and say what to change
    Doctor(DoctorArgs),
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

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Read a configuration file and say what is wrong with it
    Check { file: PathBuf },
    /// Print the defaults, commented
    Default,
}

impl Cli {
    /// Runs the command; the exit code says whether what was asked for holds.
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Demo(args) => command::demo::run(&args),
            Command::Dev(args) => command::dev::run(args),
            Command::Serve(args) => command::serve::run(args),
            Command::Call(args) => command::call::run(*args),
            Command::Load(args) => command::load::run(&args),
            Command::Run(args) => command::run::run(&args),
            Command::Calls(CallsCommand::List(args)) => command::calls::list(&args),
            Command::Calls(CallsCommand::Show(args)) => command::calls::show(&args),
            Command::Calls(CallsCommand::Tail(args)) => command::calls::tail(&args),
            Command::Agents(AgentsCommand::List(args)) => command::agents::list(&args),
            Command::Agents(AgentsCommand::Add(args)) => command::agents::add(&args),
            Command::Agents(AgentsCommand::Change(args)) => command::agents::change(&args),
            Command::Agents(AgentsCommand::RenewSecret(args)) => command::agents::renew_secret(&args),
            Command::Backup(args) => command::backup::run(&args),
            Command::Restore(args) => command::restore::run(&args),
            Command::Check(args) => command::check::run(&args),
            Command::Doctor(args) => command::doctor::run(&args),
            Command::Config(ConfigCommand::Check { file }) => command::config::check(&file),
            Command::Config(ConfigCommand::Default) => command::config::default(),
            Command::Webhooks(WebhooksCommand::Listen(args)) => command::webhooks::listen(args),
            Command::Webhooks(WebhooksCommand::Tail(args)) => command::webhooks::tail(args),
            Command::Sdp(SdpCommand::Lint(args)) => command::sdp_lint::run(&args),
            Command::Sdp(SdpCommand::Rules) => command::sdp_rules::run(),
        }
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
