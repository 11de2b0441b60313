use anyhow::Context as _;
use offhook_client::admin::{AgentChange, AgentWithSecret};

use super::text;
use crate::cli::{AddAgentArgs, ChangeAgentArgs, RenewAgentSecretArgs, ServerArgs};
use crate::only_page::only_page;

/// Makes an agent.
pub(crate) async fn add(args: &AddAgentArgs) -> anyhow::Result<()> {
    let AddAgentArgs { server, name, pages, json } = args;
    let admin = server.admin()?;
    let pages = if pages.is_empty() { vec![only_page(&admin).await?] } else { pages.clone() };
    let made = admin.create_agent(name, &pages).await.context("the server makes no such agent")?;
    show_secret(&made, server, *json)
}

/// Changes an agent.
pub(crate) async fn change(args: &ChangeAgentArgs) -> anyhow::Result<()> {
    let ChangeAgentArgs { server, agent, pages, enable, disable, json } = args;
    let change = AgentChange {
        pages: (!pages.is_empty()).then(|| pages.clone()),
        enabled: (*enable || *disable).then_some(*enable),
    };
    let changed = server.admin()?.change_agent(*agent, &change).await;
    let changed = changed.with_context(|| format!("the server does not change the agent {agent}"))?;
    anstream::println!("{}", if *json { serde_json::to_string(&changed)? } else { text::line(&changed) });
    Ok(())
}

/// Gives an agent another secret.
pub(crate) async fn renew_secret(args: &RenewAgentSecretArgs) -> anyhow::Result<()> {
    let RenewAgentSecretArgs { server, agent, json } = args;
    let renewed = server.admin()?.renew_agent_secret(*agent).await;
    let renewed = renewed.with_context(|| format!("the server gives the agent {agent} no other secret"))?;
    show_secret(&renewed, server, *json)
}

fn show_secret(made: &AgentWithSecret, server: &ServerArgs, json: bool) -> anyhow::Result<()> {
    if json {
        anstream::println!("{}", serde_json::to_string(made)?);
    } else {
        anstream::print!("{}", text::secret(made, &server.base_url));
    }
    Ok(())
}
