//! Who is there: apps, Pages, consumers, subscriptions. Made once through the APIs.

use std::sync::Arc;

use offhook_call::{AgentId, AppId, PageId, Psid};
use offhook_client::admin::Admin;
use offhook_client::graph::{CallSettings, Graph, RingTarget};
use serde_json::json;

use crate::history::{Subscriber, Thread};
use crate::program::{ADMIN_TOKEN, Program};
use crate::receiver::Receiver;

/// One app with everything, one with calls and messages, one with calls on one Page only.
const FIELDS: [&[&str]; 3] =
    [&["calls", "messages", "call_permission_reply", "call_settings_update"], &["calls", "messages"], &["calls"]];
const PAGES: usize = 3;
/// At the desk of the last Page, whose consumers' calls ring there.
const AGENTS: usize = 3;
const PATRONS: usize = 2;

#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) admin: Admin,
    pub(crate) pages: Vec<PageId>,
    pub(crate) offices: Vec<Office>,
    pub(crate) consumers: Vec<Arc<Consumer>>,
    /// The consumer with a real phone, of the first Page.
    pub(crate) talker: Arc<Consumer>,
    pub(crate) agents: Vec<Arc<Agent>>,
    pub(crate) subscribers: Vec<Subscriber>,
}

/// Somebody who has signed in at the desk of a Page.
pub(crate) struct Agent {
    pub(crate) id: AgentId,
    pub(crate) page: PageId,
    /// What a browser would send back.
    pub(crate) cookie: String,
}

/// An app at a Page.
#[derive(Clone)]
pub(crate) struct Office {
    pub(crate) app: AppId,
    pub(crate) page: PageId,
    pub(crate) graph: Graph,
}

pub(crate) struct Consumer {
    pub(crate) page: PageId,
    pub(crate) psid: Psid,
    pub(crate) token: String,
    pub(crate) temper: Temper,
}

/// What a consumer does besides answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Temper {
    /// Never calls; the operator revokes in its name.
    Quiet,
    /// Never calls, and revokes for itself.
    Wary,
    /// Calls the business.
    Caller,
    /// Calls the desk, is called by nobody but its agents, and talks for long.
    Patron,
    /// Takes every call, with a real phone.
    Talker,
}

impl Consumer {
    async fn make(admin: &Admin, page: PageId, temper: Temper) -> Arc<Self> {
        let psid = admin.create_consumer(page, "Consumer").await.unwrap();
        let token = admin.create_consumer_token(page, psid).await.unwrap();
        Arc::new(Self { page, psid, token, temper })
    }

    pub(crate) fn thread(&self) -> Thread {
        Thread { page: self.page, psid: Some(self.psid) }
    }
}

impl Agent {
    async fn make(admin: &Admin, program: &Program, page: PageId, name: &str) -> Arc<Self> {
        let made = admin.create_agent(name, &[page]).await.unwrap();
        let door = program.base.join("/desk/session").unwrap();
        let asked = reqwest::Client::new().post(door).json(&json!({ "name": name, "secret": made.secret }));
        let answer = asked.send().await.unwrap().error_for_status().unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().expect("a split has a first part").to_owned();
        Arc::new(Self { id: made.agent.id, page, cookie })
    }
}

impl Stage {
    pub(crate) async fn build(program: &Program, receiver: &Receiver) -> Self {
        let admin = Admin::new(program.base.clone(), ADMIN_TOKEN).unwrap();
        let (mut pages, mut consumers) = (Vec::new(), Vec::new());
        for number in 0..PAGES {
            let page = admin.create_page(&format!("Page {number}")).await.unwrap();
            for temper in [Temper::Quiet, Temper::Wary, Temper::Caller] {
                consumers.push(Consumer::make(&admin, page, temper).await);
            }
            pages.push(page);
        }
        let talker = Consumer::make(&admin, pages[0], Temper::Talker).await;
        let (offices, agents, subscribers) = (Vec::new(), Vec::new(), Vec::new());
        let mut stage = Self { admin, pages, offices, consumers, talker, agents, subscribers };
        for fields in FIELDS {
            stage.subscribe(program, receiver, fields).await;
        }
        stage.open_desk(program).await;
        stage
    }

    /// Apps go on calling the consumers of the Page, but for the patrons.
    async fn open_desk(&mut self, program: &Program) {
        let page = self.desk();
        let office = self.offices.iter().find(|office| office.page == page).expect("a Page has an app");
        let to_desk = CallSettings { call_routing: Some(RingTarget::Meta), ..CallSettings::default() };
        office.graph.set_call_settings(page, &to_desk).await.unwrap();
        for _ in 0..PATRONS {
            self.consumers.push(Consumer::make(&self.admin, page, Temper::Patron).await);
        }
        for number in 0..AGENTS {
            self.agents.push(Agent::make(&self.admin, program, page, &format!("Agent {number}")).await);
        }
    }

    /// The Page whose consumers' calls ring at the desk.
    pub(crate) fn desk(&self) -> PageId {
        *self.pages.last().expect("there are Pages")
    }

    async fn subscribe(&mut self, program: &Program, receiver: &Receiver, fields: &'static [&'static str]) {
        let app = self.admin.create_app("App").await.unwrap();
        receiver.expect(app.id, &app.secret);
        let as_app = Graph::new(program.base.clone(), format!("{}|{}", app.id, app.secret)).unwrap();
        as_app.subscribe_app(app.id, &receiver.callback(app.id), "verify", fields).await.unwrap();
        let pages = if fields.len() == 1 { self.pages[..1].to_vec() } else { self.pages.clone() };
        for &page in &pages {
            let token = self.admin.create_page_token(page, app.id).await.unwrap();
            let graph = Graph::new(program.base.clone(), token).unwrap();
            graph.subscribe_page(page, fields).await.unwrap();
            self.offices.push(Office { app: app.id, page, graph });
        }
        self.subscribers.push(Subscriber { app: app.id, pages, fields });
    }
}
