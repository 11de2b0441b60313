//! Two apps with a Page each, a consumer on each Page, and the tokens of everybody who may ask.

use offhook_call::{AgentId, AppId, CallId, DeviceId, Duration, PageId, Psid};
use offhook_service::{CallBusiness, Caller, Field};
use serde_json::Value;

use super::table::{Object, Row};
use crate::support::{ADMIN_TOKEN, Callbacks, NotedRuns, Reply, World};

pub(super) struct Stage {
    pub(super) world: World,
    tokens: Vec<(&'static str, Option<String>)>,
    ours: Ids,
    theirs: Ids,
}

#[derive(Clone)]
struct Ids {
    page: PageId,
    psid: Psid,
    app: AppId,
    agent: AgentId,
    call: CallId,
    /// A webhook that is owed.
    delivery: i64,
    run: u64,
    /// A Page access token that may be revoked.
    token: String,
}

impl Stage {
    pub(super) async fn set(row: &Row, object: Object) -> Self {
        let world = World::new().await;
        let service = &world.service;
        let other_app = service.create_app("Other".to_owned(), false).await.unwrap();
        let (other, other_psid, page_b) = world.other_page(&other_app).await;
        let consumer_y = service.create_consumer_token(other.page, other_psid).await.unwrap().token;
        let soon = offhook_service::Clock::now(&*world.clock) + Duration::from_millis(1);
        let expired = service.create_page_token(world.app.id, world.page, true, Some(soon)).await.unwrap().token;
        world.clock.advance(Duration::from_millis(2));
        let revoked = service.create_page_token(world.app.id, world.page, true, None).await.unwrap().token;
        assert!(service.revoke_page_token(&revoked).await.unwrap());
        let tokens = vec![
            ("none", None),
            ("bad", Some("bad".to_owned())),
            ("expired", Some(expired)),
            ("revoked", Some(revoked)),
            ("page_a", Some(world.page_token.clone())),
            ("page_b", Some(page_b.clone())),
            ("app_token", Some(format!("{}|{}", world.app.id, world.app.secret))),
            ("admin", Some(ADMIN_TOKEN.to_owned())),
            ("agent", Some(world.sign_in_agent("Ada").await.1)),
            ("console", Some(world.sign_in().await)),
            ("consumer_x", Some(world.consumer_token.clone())),
            ("consumer_y", Some(consumer_y.clone())),
        ];
        let spare = service.create_page_token(world.app.id, world.page, true, None).await.unwrap().token;
        let (call, run) = (CallId([9; 32]), NotedRuns::ENDED);
        let agent = world.agent("Bo", world.page).await.0;
        let (page, psid, app) = (world.page, world.psid, world.app.id);
        let ours = Ids { page, psid, app, agent, call, delivery: 0, run, token: spare };
        let agent = world.agent("Cy", other.page).await.0;
        let (page, psid, app) = (other.page, other_psid, other_app.id);
        let theirs = Ids { page, psid, app, agent, call, delivery: 0, run, token: page_b };
        let mut stage = Self { world, tokens, ours, theirs };
        if row.state == "calling" || row.about == "delivery" {
            // A consumer's call rings the apps that want calls.
            stage.world.subscribe().await;
            stage.subscribe_theirs().await;
        }
        if row.about == "call" || row.about == "delivery" {
            stage.place_calls(row, object).await;
        }
        stage
    }

    async fn subscribe_theirs(&self) {
        let fields = vec![Field(Field::CALLS.to_owned())];
        let caller = Caller { app: self.theirs.app, page: self.theirs.page };
        self.world.service.subscribe_page(caller, fields.clone()).await.unwrap();
        let (url, verify_token) = (Callbacks::GOOD_URL.to_owned(), Callbacks::VERIFY_TOKEN.to_owned());
        self.world.service.subscribe_app(self.theirs.app, url, verify_token, fields).await.unwrap();
    }

    /// A call on each side, in the state that the row is about.
    async fn place_calls(&mut self, row: &Row, object: Object) {
        let ours = self.tokens_of("page_a");
        self.ours.call = self.place(&ours, self.ours.psid, &row.state).await;
        let theirs = self.tokens_of("page_b");
        self.theirs.call = self.place(&theirs, self.theirs.psid, &row.state).await;
        // Each call owes its app one webhook, ours first.
        (self.ours.delivery, self.theirs.delivery) = (1, 2);
        if object == Object::Ended {
            let body = serde_json::json!({ "action": "terminate", "call_id": self.ours.call });
            self.world.post("/me/calls", &ours, &body).await.ok();
        }
    }

    async fn place(&self, page_token: &str, psid: Psid, state: &str) -> CallId {
        let consumer = if psid == self.ours.psid { "consumer_x" } else { "consumer_y" };
        let name = DeviceId::try_from(DEVICE.to_owned()).unwrap();
        let device = self.world.service.attach(&self.tokens_of(consumer), name).await.unwrap();
        if state == "calling" {
            let request = CallBusiness { offer: "v=0".to_owned(), tracks: Vec::new(), via: None };
            return self.world.service.call_business(&device.address, request).await.unwrap().call;
        }
        let reply = self.world.post("/me/calls", page_token, &crate::support::connect_body(psid)).await;
        let call = reply.ok()["id"].as_str().unwrap().parse().unwrap();
        if state == "connected" {
            self.world.service.accept(&device.address, call, "v=0").await.unwrap();
        }
        call
    }

    fn tokens_of(&self, principal: &str) -> String {
        self.token(principal).expect("this principal has a token").to_owned()
    }

    pub(super) fn token(&self, principal: &str) -> Option<&str> {
        let (_, token) = self.tokens.iter().find(|(name, _)| *name == principal).expect("the table knows who asks");
        token.as_deref()
    }

    /// The text with its ids filled in: our own, but what the row is about is the object's.
    pub(super) fn filled(&self, text: &str, about: &str, object: Object) -> String {
        let missing = Ids {
            page: PageId(1),
            psid: Psid(1),
            app: AppId(1),
            agent: AgentId(1),
            call: CallId([1; 32]),
            delivery: 99,
            run: 99,
            token: "no".to_owned(),
        };
        let of = |name: &str| match object {
            Object::Foreign if name == about => &self.theirs,
            Object::Missing if name == about => &missing,
            Object::Own | Object::Foreign | Object::Missing | Object::Ended => &self.ours,
        };
        let text = text.replace("{page}", &of("page").page.to_string()).replace("{psid}", &of("psid").psid.to_string());
        let text = text.replace("{app}", &of("app").app.to_string()).replace("{call}", &of("call").call.to_string());
        let text = text.replace("{agent}", &of("agent").agent.to_string());
        let text = text.replace("{delivery}", &of("delivery").delivery.to_string());
        let text = text.replace("{run}", &of("run").run.to_string()).replace("{name}", "Ada-phone.ogg");
        text.replace("{token}", &of("token").token)
    }

    pub(super) async fn ask(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> Reply {
        let request = axum::http::Request::builder().method(method.to_uppercase().as_str()).uri(path);
        let request = request.header("content-type", "application/json");
        let request = match token {
            Some(cookie) if cookie.starts_with("offhook-") => {
                request.header("cookie", cookie).header("sec-fetch-site", "same-origin")
            }
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        self.world.send(request.body(body.to_owned().into()).unwrap()).await
    }
}

/// The status, and the error's name if there is one.
pub(super) fn result(reply: &Reply) -> String {
    let error = &reply.body["error"];
    let name: Option<&Value> =
        [&error["name"], &error["error_data"]["offhook"]["error"]].into_iter().find(|n| n.is_string());
    match name.and_then(Value::as_str) {
        Some(name) => format!("{} {name}", reply.status),
        None => reply.status.to_string(),
    }
}

/// The device that a consumer has in every call here.
pub(super) const DEVICE: &str = "phone";
