//! What the APIs show.

use offhook_client::graph::Permission;
use offhook_wire::Data;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::history::{At, Found, Record, Span};
use crate::program::{ADMIN_TOKEN, Patience};
use crate::stage::Consumer;
use crate::traffic::{Scene, look_back, mark_of};

/// As many as a list of the own API shows at once. No world comes near it.
const SHOWN_MAX: usize = 1000;

/// Waits until no webhook is owed any more.
pub(super) async fn until_delivered(scene: &Scene) {
    let patience = Patience::begin();
    while is_owing(scene).await {
        patience.wait().await;
    }
}

async fn is_owing(scene: &Scene) -> bool {
    let pending: Vec<IgnoredAny> = list(scene, "deliveries?state=pending&limit=1").await;
    !pending.is_empty()
}

pub(super) async fn at_all(scene: &Scene) -> Found {
    let from = At::now();
    let mut found = Found::default();
    for page in &scene.stage.pages {
        let calls: Vec<Record> = list(scene, &format!("calls?page={page}&limit={SHOWN_MAX}")).await;
        found.calls.extend(calls.into_iter().map(|call| (call.id, call)));
        let office = scene.stage.offices.iter().find(|office| office.page == *page).expect("a Page has an app");
        let settings = office.graph.call_settings(*page).await.unwrap();
        found.marks.extend(mark_of(&settings).map(|mark| (*page, mark)));
        for consumer in scene.stage.consumers.iter().filter(|consumer| consumer.page == *page) {
            let Consumer { psid, .. } = **consumer;
            let path = format!("pages/{page}/consumers/{psid}/thread?limit={SHOWN_MAX}");
            found.threads.insert(consumer.thread(), list(scene, &path).await);
            let shown = office.graph.call_permissions(*page, psid).await.unwrap();
            found.permissions.insert(consumer.thread(), matches!(shown.permission, Permission::Granted { .. }));
        }
    }
    let agents = scene.stage.admin.agents().await.unwrap();
    found.free.extend(agents.iter().map(|agent| (agent.id, agent.free)));
    found.names.extend(agents.into_iter().map(|agent| (agent.id, agent.name)));
    found.past = look_back(scene, &scene.stage.agents[0]).await.expect("the program is up");
    found.read = Some(Span { from, to: At::now() });
    found
}

/// A list of the own API.
async fn list<T: DeserializeOwned>(scene: &Scene, path: &str) -> Vec<T> {
    let url = scene.base.join(&format!("/offhook/v1/{path}")).unwrap();
    let answer = reqwest::Client::new().get(url).bearer_auth(ADMIN_TOKEN).send().await.unwrap();
    let Data { data } = answer.error_for_status().unwrap().json().await.unwrap();
    assert!(data.len() < SHOWN_MAX, "{path} shows all there is");
    data
}
