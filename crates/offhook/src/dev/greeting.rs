use offhook_client::admin::desk_link;
use serde_json::json;
use url::Url;

use super::agent::Agent;
use super::seed::{Guest, World};
use super::simulated::Behaviour;

/// Prints what there is to know: for a person, or as one JSON line for a program.
pub(super) fn show(world: &World, agent: &Agent, base: &Url, json: bool) -> anyhow::Result<()> {
    if json {
        anstream::println!("{}", serde_json::to_string(&facts(world, agent, base))?);
    } else {
        anstream::println!("{}", text(world, agent, base));
    }
    Ok(())
}

fn facts(world: &World, agent: &Agent, base: &Url) -> serde_json::Value {
    json!({
        "base_url": written(base),
        "page_id": world.page_id,
        "page_token": world.page_token,
        "app_id": world.app_id,
        "app_secret": world.app_secret,
        "admin_token": world.admin_token,
        "consumers": world.consumers,
        "agent": agent,
    })
}

fn written(base: &Url) -> &str {
    base.as_str().trim_end_matches('/')
}

fn text(world: &World, agent: &Agent, url: &Url) -> String {
    let (base, desk) = (written(url), desk_link(url, &agent.name, &agent.secret));
    let World { page_id, page_token, app_id, app_secret, admin_token, consumers, .. } = world;
    let list: String = consumers.iter().map(line).collect();
    let echo = psid_of(consumers, Behaviour::Echo);
    let you = psid_of(consumers, Behaviour::ByHand);
    let yours = consumers.iter().find(|guest| guest.behaviour == Behaviour::ByHand).map_or("", |guest| &guest.token);
    format!(
        "Offhook is ready. Ctrl-C stops it; the data stay.

  base URL     {base}
  Page id      {page_id}
  Page token   {page_token}
  app id       {app_id}
  app secret   {app_secret}
  admin token  {admin_token}

Consumers
{list}
May the business call?
  curl '{base}/v26.0/{page_id}/messenger_call_permissions?psid={echo}&access_token={page_token}'
Call as the business (a page to open):
  {base}/demo/business?psid={you}
Answer as the consumer (a page to open, in another window):
  {base}/c/{page_id}#token={yours}
Call and answer at the desk (a page to open; the Page's calls ring there once its ring target is META):
  {desk}
See what the server does (sign in with the admin token):
  {base}/console
Read on (guides, the API's reference):
  {base}/docs/
"
    )
}

fn line(guest: &Guest) -> String {
    let Guest { psid, name, behaviour, .. } = guest;
    format!("  {psid}  {name:8} {}\n", behaviour.describe())
}

fn psid_of(consumers: &[Guest], behaviour: Behaviour) -> String {
    let found = consumers.iter().find(|guest| guest.behaviour == behaviour);
    found.map(|guest| guest.psid.to_string()).unwrap_or_default()
}
