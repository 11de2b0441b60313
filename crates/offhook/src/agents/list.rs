use anyhow::Context as _;

use super::text::line;
use crate::cli::ListAgentsArgs;

/// One agent a line, by name.
pub(crate) async fn list(args: &ListAgentsArgs) -> anyhow::Result<()> {
    let ListAgentsArgs { server, json } = args;
    let agents = server.admin()?.agents().await.context("the server does not list its agents")?;
    for agent in &agents {
        anstream::println!("{}", if *json { serde_json::to_string(agent)? } else { line(agent) });
    }
    if agents.is_empty() && !json {
        anstream::println!("There are no agents.");
    }
    Ok(())
}
