use clap::{Args, Subcommand};
use offhook_call::{AgentId, PageId};

use super::ServerArgs;

#[derive(Debug, Subcommand)]
pub(super) enum AgentsCommand {
    /// List the agents, by name
    List(ListAgentsArgs),
    /// Make an agent; the secret and a link to the desk are shown this once
    Add(AddAgentArgs),
    /// Change for which Pages an agent answers, or whether they may sign in
    Change(ChangeAgentArgs),
    /// Give an agent another secret; whoever signed in with the one before is signed out
    RenewSecret(RenewAgentSecretArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ListAgentsArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// Print each agent as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct AddAgentArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// By which they sign in; no two agents have the same
    pub(crate) name: String,
    /// A Page that they answer for, may be given several times; by default the server's only one
    #[arg(long = "page", value_name = "PAGE")]
    pub(crate) pages: Vec<PageId>,
    /// Print the agent and the secret as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
pub(crate) struct ChangeAgentArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The agent's id
    pub(crate) agent: AgentId,
    /// A Page that they answer for, may be given several times; these replace those before
    #[arg(long = "page", value_name = "PAGE", group = "change")]
    pub(crate) pages: Vec<PageId>,
    /// Let them sign in
    #[arg(long, group = "change", conflicts_with = "disable")]
    pub(crate) enable: bool,
    /// Put them out at once: their session, their devices and the call that they have end
    #[arg(long, group = "change")]
    pub(crate) disable: bool,
    /// Print the agent as a JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct RenewAgentSecretArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    /// The agent's id
    pub(crate) agent: AgentId,
    /// Print the agent and the secret as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}
