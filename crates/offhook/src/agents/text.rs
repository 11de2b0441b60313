use offhook_client::admin::{Agent, AgentWithSecret, desk_link};
use url::Url;

use crate::clean::clean;

/// An agent in one line.
pub(super) fn line(agent: &Agent) -> String {
    let Agent { id, name, pages, enabled, free, .. } = agent;
    let pages: Vec<_> = pages.iter().map(ToString::to_string).collect();
    let pages = if pages.is_empty() { "no Page".to_owned() } else { pages.join(", ") };
    let standing = match (enabled, free) {
        (false, _) => "may not sign in",
        (true, true) => "takes calls",
        (true, false) => "takes no calls",
    };
    format!("{id}  {}  {pages}  {standing}", clean(name))
}

/// What an agent signs in with.
pub(super) fn secret(made: &AgentWithSecret, base: &Url) -> String {
    let AgentWithSecret { agent, secret } = made;
    let link = desk_link(base, &agent.name, secret);
    format!(
        "{}

  name    {}
  secret  {secret}
  link    {link}

It is shown only now. Whoever has the link is this agent.
",
        line(agent),
        clean(&agent.name)
    )
}
