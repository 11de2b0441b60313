//! `offhook agents`, and the agent whom `offhook dev` makes.

use std::process::Output;

use offhook_client::admin::{Admin, Agent, AgentWithSecret, desk_link};
use serde_json::json;
use tokio::process::Command;
use url::Url;

use crate::dev_server::{DevServer, PATIENCE};

/// `offhook agents …`, run to its end.
async fn ran(server: &DevServer, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_offhook"));
    command.arg("agents").args(args).args(["--base-url", server.facts.base_url.as_str()]);
    let ran = command.env("OFFHOOK_ADMIN_TOKEN", &server.facts.admin_token).kill_on_drop(true).output();
    tokio::time::timeout(PATIENCE, ran).await.expect("it ends").unwrap()
}

/// What it printed.
async fn agents(server: &DevServer, args: &[&str]) -> String {
    let output = ran(server, args).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Why it failed.
async fn complaint(server: &DevServer, args: &[&str]) -> String {
    let output = ran(server, args).await;
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).unwrap()
}

/// Whether somebody can sign in at the desk.
async fn can_sign_in(server: &DevServer, name: &str, secret: &str) -> bool {
    let url = server.facts.base_url.join("desk/session").unwrap();
    let asked = reqwest::Client::new().post(url).json(&json!({ "name": name, "secret": secret }));
    asked.send().await.unwrap().status().is_success()
}

#[tokio::test]
async fn agents_are_made_changed_and_listed_from_a_terminal() {
    let data = tempfile::tempdir().unwrap();
    let server = DevServer::start(data.path()).await;
    let page = server.facts.page_id;
    let demo = &server.facts.agent;
    assert!(can_sign_in(&server, &demo.name, &demo.secret).await, "the agent of `offhook dev` is ready");

    let told = agents(&server, &["add", "Maya\u{202e} & Co"]).await;
    let secret = told.split_whitespace().find(|word| word.starts_with("oa_")).unwrap();
    let link = desk_link(&server.facts.base_url, "Maya\u{202e} & Co", secret);
    assert!(
        told.contains(link.as_str()) && told.contains(r"Maya\u{202e} & Co") && !told.contains('\u{202e}'),
        "{told}"
    );
    assert!(can_sign_in(&server, "Maya\u{202e} & Co", secret).await);
    let refused = complaint(&server, &["add", "Maya\u{202e} & Co"]).await;
    assert!(refused.contains("another agent has it"), "{refused}");

    let renewed: AgentWithSecret =
        serde_json::from_str(&agents(&server, &["renew-secret", &id_of(&server, "& Co").await, "--json"]).await)
            .unwrap();
    assert!(!can_sign_in(&server, &renewed.agent.name, secret).await);
    assert!(can_sign_in(&server, &renewed.agent.name, &renewed.secret).await);

    let id = renewed.agent.id.to_string();
    let other = Admin::new(server.facts.base_url.clone(), &*server.facts.admin_token).unwrap();
    let other = other.create_page("Branch").await.unwrap();
    let changed = agents(&server, &["change", &id, "--page", &other.to_string(), "--disable"]).await;
    assert!(changed.contains(&other.to_string()) && changed.contains("may not sign in"), "{changed}");
    assert!(!can_sign_in(&server, &renewed.agent.name, &renewed.secret).await);
    let changed: Agent = serde_json::from_str(&agents(&server, &["change", &id, "--enable", "--json"]).await).unwrap();
    assert_eq!((changed.enabled, changed.pages), (true, vec![other]));
    let refused = complaint(&server, &["change", &id]).await;
    assert!(refused.contains("--page") && refused.contains("--disable"), "{refused}");

    let list = agents(&server, &["list"]).await;
    let [demo_line, maya] = &list.lines().collect::<Vec<_>>()[..] else { panic!("{list}") };
    assert!(demo_line.contains(&format!("{}  {page}  takes no calls", demo.name)), "{list}");
    assert!(maya.contains(&format!("& Co  {other}  takes no calls")), "{list}");
    let refused = complaint(&server, &["add", "Bo"]).await;
    assert!(refused.contains("--page must name one of the server's Pages"), "{refused}");
}

/// Of the agent whose line ends so.
async fn id_of(server: &DevServer, name: &str) -> String {
    let list = agents(server, &["list"]).await;
    let line = list.lines().find(|line| line.contains(name)).unwrap();
    line.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn a_link_to_the_desk_keeps_the_path_of_the_server() {
    let base: Url = "https://shop.example/calls/".parse().unwrap();
    let link = desk_link(&base, "Maya & Co", "oa_1");
    assert_eq!(link.as_str(), "https://shop.example/calls/desk#name=Maya+%26+Co&secret=oa_1");
}
