use std::path::PathBuf;

use clap::{Args, Subcommand};
use offhook_call::PageId;
use offhook_client::graph::CallId;

use super::ServerArgs;

#[derive(Debug, Subcommand)]
pub(super) enum CallsCommand {
    /// List calls, the newest first
    List(ListCallsArgs),
    /// Show everything that happened to a call, in order
    Show(ShowCallArgs),
    /// Follow what happens to calls
    Tail(TailCallsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListCallsArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only this Page's
    #[arg(long)]
    pub(crate) page: Option<PageId>,
    /// Only those that have not ended
    #[arg(long)]
    pub(crate) live: bool,
    /// How many, up to 1000
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
    /// Print each call as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ShowCallArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The call
    pub(crate) call: CallId,
    /// Show bodies, messages and SDP whole
    #[arg(long, conflicts_with_all = ["json", "html"])]
    pub(crate) full: bool,
    /// Print the timeline as one JSON object
    #[arg(long, conflicts_with = "html")]
    pub(crate) json: bool,
    /// Write the timeline as a page of its own, which needs nothing else
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
    /// Write the media as a pcapng file, which Wireshark opens; a sandbox captures it when it was told to
    #[arg(long, value_name = "FILE", conflicts_with_all = ["full", "json", "html"])]
    pub(crate) pcap: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TailCallsArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Only this call, from its beginning until a while after its end; without it, all calls from now on
    pub(crate) call: Option<CallId>,
    /// Show bodies, messages and SDP whole
    #[arg(long, conflicts_with = "json")]
    pub(crate) full: bool,
    /// Print each entry as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
