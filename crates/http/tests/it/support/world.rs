use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use offhook_call::{AgentId, CallId, DeviceId, Duration, PageId, Psid, Time, TimelineLimits};
use offhook_http::{AdminToken, ConsumerLimits, Demo, HttpState, Site, router};
use offhook_service::{
    App, Attached, Caller, DeliveryFilter, Field, Hands, Limits, NewAgent, Parts, Quota, SandboxClock, Service,
    TimelineSettings, UsageLimits,
};
use offhook_store::Sqlite;
use offhook_wire::{Compat, webhook};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::Reply;
use super::doubles::{AnsweringMedia, Callbacks, HandClock, NoListeners, NoWebhooks, NotedRuns};

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) state: HttpState,
    pub(crate) router: Router,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) runs: Arc<NotedRuns>,
    pub(crate) app: App,
    pub(crate) page: PageId,
    pub(crate) page_token: String,
    pub(crate) psid: Psid,
    pub(crate) consumer_token: String,
    folder: tempfile::TempDir,
}

pub(crate) const ADMIN_TOKEN: &str = "admin";

pub(crate) const LIMITS: Limits = Limits {
    call: offhook_call::Limits {
        ring_timeout: Duration::from_secs(60),
        max_duration: Duration::from_hours(4),
        calls_per_page: 1000,
        connected_calls_per_day: 100,
    },
    thread: offhook_call::ThreadLimits { permission_requests_per_day: 2, entries_kept: 1000 },
    consumer_messages_per_minute: 30,
    connects_per_second: 100,
    devices_per_consumer: 3,
    sign_ins_per_minute: 10,
    usage: UsageLimits { app: QUOTA, page: QUOTA },
    timeline: TimelineSettings {
        enabled: true,
        limits: TimelineLimits { entries: 1000, bytes: 1024 * 1024 },
        keys: true,
        report_every: Duration::from_secs(5),
    },
};

const QUOTA: Quota = Quota { requests: 1_000_000, time: Duration::from_hours(1000) };

/// A connect request as Meta's guide writes it.
pub(crate) fn connect_body(psid: Psid) -> Value {
    json!({
        "platform": "messenger", "to": psid.to_string(), "action": "connect",
        "session": { "sdp_type": "offer", "sdp": "v=0\r\n" },
    })
}

/// An action on a call, with the offer that some need and the others ignore.
pub(crate) fn action_body(action: &str, call: CallId) -> Value {
    let session = json!({ "sdp_type": "offer", "sdp": "v=0\r\n" });
    json!({ "platform": "messenger", "action": action, "call_id": call, "session": session })
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(LIMITS, ConsumerLimits::default()).await
    }

    pub(crate) async fn with_limits(limits: Limits) -> Self {
        Self::with(limits, ConsumerLimits::default()).await
    }

    pub(crate) async fn with(limits: Limits, consumer: ConsumerLimits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(HandClock(Mutex::new(Time(1_790_000_000_000))));
        let service = open(&folder, &clock, limits);
        let app = service.create_app("App".to_owned(), false).await.unwrap();
        let page = service.create_page("Page".to_owned()).await.unwrap().id;
        let page_token = service.create_page_token(app.id, page, true, None).await.unwrap().token;
        let psid = service.create_consumer(page, "Consumer".to_owned()).await.unwrap().psid;
        service.grant(page, psid).await.unwrap();
        let consumer_token = service.create_consumer_token(page, psid).await.unwrap().token;
        let runs = Arc::new(NotedRuns::default());
        let state = HttpState {
            service: service.clone(),
            admin_token: AdminToken::new(ADMIN_TOKEN),
            consumer: Arc::new(consumer),
            site: Arc::new(Site { session_life: Duration::from_hours(12), ..Site::default() }),
            metrics: Arc::new(|| "offhook_up 1\n".to_owned()),
            listeners: Arc::new(NoListeners),
            runs: runs.clone(),
            sandbox: true,
            demo: None,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        let router = router(state.clone());
        Self { service, state, router, clock, runs, app, page, page_token, psid, consumer_token, folder }
    }

    /// The same server with the demo pages.
    pub(crate) fn with_demo(self, demo: Demo) -> Self {
        self.changed(|state| state.demo = Some(Arc::new(demo)))
    }

    /// The same server with something else about it.
    pub(crate) fn changed(mut self, change: impl FnOnce(&mut HttpState)) -> Self {
        change(&mut self.state);
        self.router = router(self.state.clone());
        self
    }

    /// The same server, which is no sandbox.
    pub(crate) fn leave_sandbox(&mut self) {
        self.state.sandbox = false;
        self.router = router(self.state.clone());
    }

    /// The same server, reached in another way.
    pub(crate) fn reached(self, change: impl FnOnce(&mut Site)) -> Self {
        self.changed(|state| change(Arc::make_mut(&mut state.site)))
    }

    /// What a browser sends back once the operator has signed in: the cookie's name and value.
    pub(crate) async fn sign_in(&self) -> String {
        let reply = self.post("/console/session", "", &json!({ "admin_token": ADMIN_TOKEN })).await;
        reply.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// An agent of the desk who answers for this Page, and their secret.
    pub(crate) async fn agent(&self, name: &str, page: PageId) -> (AgentId, String) {
        let new = NewAgent { name: name.to_owned(), pages: vec![page] };
        let (agent, secret) = self.service.create_agent(new).await.unwrap();
        (agent.id, secret)
    }

    /// A new agent, and what a browser sends back once they have signed in: the cookie's name and value.
    pub(crate) async fn sign_in_agent(&self, name: &str) -> (AgentId, String) {
        let (agent, secret) = self.agent(name, self.page).await;
        let reply = self.post("/desk/session", "", &json!({ "name": name, "secret": secret })).await;
        (agent, reply.header("set-cookie").split(';').next().unwrap().to_owned())
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        Reply::read(self.router.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) async fn get(&self, uri: &str, token: &str) -> Reply {
        self.request("GET", uri, token, Body::empty()).await
    }

    pub(crate) async fn post(&self, uri: &str, token: &str, body: &Value) -> Reply {
        self.request("POST", uri, token, body.to_string().into()).await
    }

    pub(crate) async fn request(&self, method: &str, uri: &str, token: &str, body: Body) -> Reply {
        let request = Request::builder().method(method).uri(uri);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()).await
    }

    /// `POST /{page-id}/calls` with the Page's token.
    pub(crate) async fn calls(&self, body: &Value) -> Reply {
        self.post(&format!("/{}/calls", self.page), &self.page_token, body).await
    }

    pub(crate) async fn connect(&self) -> Reply {
        self.calls(&connect_body(self.psid)).await
    }

    /// A call to the consumer.
    pub(crate) async fn dial(&self) -> CallId {
        self.connect().await.ok()["id"].as_str().unwrap().parse().unwrap()
    }

    /// An action on a call with the Page's token.
    pub(crate) async fn act(&self, action: &str, call: CallId) -> Reply {
        self.calls(&action_body(action, call)).await
    }

    /// A device of the consumer, without a connection.
    pub(crate) async fn device(&self, name: &str) -> Attached {
        let device = DeviceId::try_from(name.to_owned()).unwrap();
        self.service.attach(&self.consumer_token, device).await.unwrap()
    }

    /// Another Page with its own consumer, who may be called; and a token of `app` for it.
    pub(crate) async fn other_page(&self, app: &App) -> (Caller, Psid, String) {
        let page = self.service.create_page("Other".to_owned()).await.unwrap().id;
        let psid = self.service.create_consumer(page, "Other".to_owned()).await.unwrap().psid;
        self.service.grant(page, psid).await.unwrap();
        let token = self.service.create_page_token(app.id, page, true, None).await.unwrap().token;
        (Caller { app: app.id, page }, psid, token)
    }

    /// The app wants the Page's calls.
    pub(crate) async fn subscribe(&self) {
        self.subscribe_to(&[Field::CALLS]).await;
    }

    /// The app wants these of the Page.
    pub(crate) async fn subscribe_to(&self, fields: &[&str]) {
        let fields: Vec<_> = fields.iter().map(|&field| Field(field.to_owned())).collect();
        self.service.subscribe_page(Caller { app: self.app.id, page: self.page }, fields.clone()).await.unwrap();
        let (url, verify_token) = (Callbacks::GOOD_URL.to_owned(), Callbacks::VERIFY_TOKEN.to_owned());
        self.service.subscribe_app(self.app.id, url, verify_token, fields).await.unwrap();
    }

    /// The entries of the webhooks that the app is owed, the oldest first.
    pub(crate) async fn owed_entries(&self) -> Vec<Value> {
        let mut deliveries = self.service.deliveries(DeliveryFilter::default(), 100).await.unwrap();
        deliveries.reverse();
        let entry = |body: String| serde_json::from_str::<Value>(&body).unwrap()["entry"][0].take();
        deliveries.into_iter().map(|delivery| entry(delivery.body)).collect()
    }

    /// The store as a webhook worker beside the server has it.
    pub(crate) fn workers_store(&self) -> Sqlite {
        Sqlite::open(self.folder.path().join("offhook.db"), Arc::new(|_, _| None)).unwrap()
    }

    /// The switch that an operator has no endpoint for yet.
    pub(crate) fn disable_calling(&self) {
        let database = rusqlite::Connection::open(self.folder.path().join("offhook.db")).unwrap();
        database.execute("UPDATE pages SET audio_enabled = 0", []).unwrap();
    }

    pub(crate) fn demo(&self) -> Demo {
        Demo {
            page_id: self.page,
            page_name: "Page".to_owned(),
            page_token: self.page_token.clone(),
            app_id: self.app.id,
            consumers: Vec::new(),
            app_secret: self.app.secret.clone(),
            verify_token: "demo".to_owned(),
            webhooks: tokio::sync::broadcast::Sender::new(16),
        }
    }
}

fn open(folder: &tempfile::TempDir, clock: &Arc<HandClock>, limits: Limits) -> Service {
    let render = Arc::new(|event: &_, compat: &_| webhook::render(event, &Compat::of_stored(compat)));
    let store = Sqlite::open(folder.path().join("offhook.db"), render).unwrap();
    Service::new(Parts {
        store: Arc::new(store),
        media: Arc::new(AnsweringMedia),
        clock: Arc::new(SandboxClock::on(clock.clone(), Hands::default())),
        callbacks: Arc::new(Callbacks),
        webhooks: Arc::new(NoWebhooks),
        faults: Some(Arc::default()),
        guests: None,
        limits,
    })
}
