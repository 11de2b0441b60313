//! A store with apps and calls, a worker, and a clock that the test turns.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use offhook_call::{AppId, CallId, Command, DeviceId, Duration, EventKind, Limits, NewCall, Owed, PageId, Psid, Time};
use offhook_store::{
    AppSubscription, Calls as _, Deliveries as _, DeliveryFilter, DeliveryState, Directory as _, Field, NewApp,
    NewConsumer, NewPage, PageSubscription, Permissions as _, Sqlite, Subscriptions as _,
};
use offhook_webhook::{Clock, Outbound, Parts, Settings, Worker};
use tempfile::TempDir;

pub(crate) const START: Time = Time(1_790_000_000_000);
pub(crate) const APP: AppId = AppId(31);
pub(crate) const SECRET: &str = "s3cret";
pub(crate) const PAGE: PageId = PageId(1044);
const FIELDS: [&str; 2] = [Field::CALLS, "call_settings_update"];
const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: 1000,
    connected_calls_per_day: 100,
};

pub(crate) const SETTINGS: Settings = Settings {
    allow_private: true,
    timeout: Duration::from_secs(5),
    concurrency: 64,
    concurrency_per_endpoint: 8,
    give_up_after: Duration::from_hours(7 * 24),
    disable_after: None,
    keep: Duration::from_hours(30 * 24),
    sweep: Duration::from_hours(1),
};

pub(crate) struct World {
    pub(crate) store: Arc<Sqlite>,
    pub(crate) parts: Parts,
    clock: Arc<AtomicI64>,
    looked: Arc<AtomicU64>,
    delivered: Arc<Mutex<Vec<CallId>>>,
    _folder: TempDir,
}

impl World {
    /// One app whose callback is `url`, subscribed to one Page's calls and settings.
    pub(crate) async fn new(url: &str) -> Self {
        Self::with(url, SETTINGS).await
    }

    pub(crate) async fn with(url: &str, settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let render = Arc::new(|owed: &Owed, _compat: &serde_json::Value| Some(serde_json::to_vec(owed).unwrap()));
        let store = Arc::new(Sqlite::open(folder.path().join("offhook.db"), render).unwrap());
        store.create_page(NewPage { id: PAGE, name: "Shop".into() }, START).await.unwrap();
        let clock = Arc::new(AtomicI64::new(START.0));
        let looked = Arc::default();
        let delivered = Arc::<Mutex<Vec<CallId>>>::default();
        let parts = Parts {
            store: store.clone(),
            outbound: Outbound::new(settings.allow_private, settings.timeout).unwrap(),
            clock: Arc::new(HandClock { shown: Arc::clone(&clock), frozen: false, looked: Arc::clone(&looked) }),
            delivered: Arc::new({
                let delivered = Arc::clone(&delivered);
                move |call| delivered.lock().unwrap().push(call)
            }),
            settings,
            faults: None,
        };
        let world = Self { store, parts, clock, looked, delivered, _folder: folder };
        world.app(APP, url).await;
        world
    }

    pub(crate) async fn app(&self, app: AppId, url: &str) {
        let new = NewApp { id: app, name: "desk".into(), secret: SECRET.into(), require_app_secret_proof: false };
        self.store.create_app(new, START).await.unwrap();
        self.callback(app, url).await;
        let fields = FIELDS.map(|name| Field(name.to_owned())).to_vec();
        self.store.subscribe_page(PageSubscription { app, page: PAGE, fields }, START).await.unwrap();
    }

    pub(crate) async fn callback(&self, app: AppId, url: &str) {
        let fields = FIELDS.map(|name| Field(name.to_owned())).to_vec();
        let verify_token = "v".into();
        let subscription = AppSubscription { app, callback_url: url.into(), verify_token, fields, active: true };
        self.store.set_app_subscription(subscription, self.now()).await.unwrap();
    }

    /// The app calls a consumer of its own: a `connect` event is owed.
    pub(crate) async fn call_by(&self, app: AppId, number: u8) -> CallId {
        let (id, psid) = (CallId([number; 32]), Psid(number.into()));
        self.store.create_consumer(NewConsumer { page: PAGE, psid, name: "Ada".into() }, START).await.unwrap().unwrap();
        self.store.grant(PAGE, psid, self.now()).await.unwrap().unwrap();
        let new = NewCall { id, page: PAGE, psid, by: offhook_call::Dialer::App(app) };
        self.store.connect(new, None, self.now(), &LIMITS).await.unwrap();
        id
    }

    pub(crate) async fn call(&self, number: u8) -> CallId {
        self.call_by(APP, number).await
    }

    pub(crate) async fn command(&self, call: CallId, command: Command) {
        self.store.apply(call, command, self.now(), &LIMITS).await.unwrap().unwrap().unwrap();
    }

    pub(crate) async fn accept(&self, call: CallId) {
        self.command(
            call,
            Command::Accept { device: DeviceId::try_from("phone".to_owned()).unwrap(), offer: Some("v=0".into()) },
        )
        .await;
    }

    pub(crate) fn now(&self) -> Time {
        self.parts.clock.now()
    }

    /// Sets the clock to so long after the start.
    pub(crate) fn at(&self, since_start: Duration) {
        self.clock.store((START + since_start).0, Ordering::Relaxed);
    }

    /// The clock goes by nobody but the test.
    pub(crate) fn freeze(&mut self) {
        let (shown, looked) = (Arc::clone(&self.clock), Arc::clone(&self.looked));
        self.parts.clock = Arc::new(HandClock { shown, frozen: true, looked });
    }

    /// How often somebody looked at the clock.
    pub(crate) fn looked(&self) -> u64 {
        self.looked.load(Ordering::Relaxed)
    }

    /// Tries everything that is due by the clock.
    pub(crate) async fn deliver(&self) {
        self.worker().deliver_due().await;
    }

    pub(crate) async fn deliver_at(&self, since_start: Duration) {
        self.at(since_start);
        self.deliver().await;
    }

    /// Waits for something that the worker does by itself.
    pub(crate) async fn until(&self, done: impl AsyncFn() -> bool) {
        let wait = async {
            while !done().await {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), wait).await.expect("it comes to that");
    }

    pub(crate) fn worker(&self) -> Worker {
        Worker::new(self.parts.clone())
    }

    /// Oldest first.
    pub(crate) async fn deliveries(&self) -> Vec<DeliveryState> {
        let mut all = self.store.deliveries(DeliveryFilter::default(), 1000).await.unwrap();
        all.reverse();
        all
    }

    /// Calls whose server's offer was acknowledged.
    pub(crate) fn offers_delivered(&self) -> Vec<CallId> {
        self.delivered.lock().unwrap().clone()
    }
}

/// A clock that the test turns.
struct HandClock {
    shown: Arc<AtomicI64>,
    frozen: bool,
    looked: Arc<AtomicU64>,
}

impl Clock for HandClock {
    fn now(&self) -> Time {
        self.looked.fetch_add(1, Ordering::Relaxed);
        Time(self.shown.load(Ordering::Relaxed))
    }

    fn until(&self, at: Time) -> Option<Duration> {
        (!self.frozen).then(|| at.since(self.now()))
    }
}

/// The call of a delivered body, and its event's name.
pub(crate) fn told(body: &[u8]) -> (CallId, &'static str) {
    let Owed::Call(event) = serde_json::from_slice(body).unwrap() else { panic!("tests owe events of calls") };
    let name = match event.kind {
        EventKind::Connect { .. } => "connect",
        EventKind::Ringing => "ringing",
        EventKind::Accepted => "accepted",
        EventKind::MediaUpdate { .. } => "media_update",
        EventKind::Terminate { .. } => "terminate",
    };
    (event.call, name)
}
