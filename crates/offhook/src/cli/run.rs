use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use offhook_call::PageId;

use super::ServerArgs;

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// Scenario files, or names of built-in scenarios; played one after the other
    #[arg(required = true, value_name = "SCENARIO")]
    pub(crate) scenarios: Vec<String>,
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The Page that the consumers are known to; by default the server's only one
    #[arg(long)]
    pub(crate) page: Option<PageId>,
    /// Keep what the consumers heard (Ogg Opus) and saw (PNG) in this folder, in one folder for each scenario
    #[arg(long, value_name = "FOLDER")]
    pub(crate) record: Option<PathBuf>,
    /// Write the results as JUnit XML
    #[arg(long, value_name = "FILE.xml")]
    pub(crate) junit: Option<PathBuf>,
    /// Address of this machine to send and receive media on; by default the one that reaches the base URL
    #[arg(long)]
    pub(crate) local_ip: Option<IpAddr>,
    /// Print what happens as JSON, one object a line; the result of each scenario is the last of its lines
    #[arg(long)]
    pub(crate) json: bool,
}
