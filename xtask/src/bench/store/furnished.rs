use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use offhook_call::{AppId, CallId, Command, Duration, Limits, NewCall, PageId, Psid, Time};
use offhook_store::{
    AppSubscription, Calls as _, Directory as _, Field, NewApp, NewConsumer, NewPage, PageSubscription,
    Permissions as _, Sqlite, Subscriptions as _,
};
use offhook_wire::{Compat, webhook};
use tempfile::TempDir;

/// A store on the disk with an app, its callback, a Page and consumers who may be called.
pub(super) struct Furnished {
    pub(super) store: Arc<Sqlite>,
    pub(super) consumers: Vec<Psid>,
    folder: TempDir,
}

pub(super) const APP: AppId = AppId(31);
pub(super) const APP_SECRET: &str = "s3cret";
pub(super) const VERIFY_TOKEN: &str = "verify";
const PAGE: PageId = PageId(1044);

/// No call is to be refused here.
const LIMITS: Limits = Limits {
    ring_timeout: Duration::from_secs(60),
    max_duration: Duration::from_hours(4),
    calls_per_page: u32::MAX,
    connected_calls_per_day: u32::MAX,
};

impl Furnished {
    /// The callback is nobody's until [`call_back`](Self::call_back).
    pub(super) async fn new(consumers: u32) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let render = Arc::new(|event: &_, compat: &_| webhook::render(event, &Compat::of_stored(compat)));
        let store = Arc::new(Sqlite::open(folder.path().join("offhook.db"), render)?);
        let app = NewApp { id: APP, name: "bench".into(), secret: APP_SECRET.into(), require_app_secret_proof: false };
        store.create_app(app, now()).await?;
        store.create_page(NewPage { id: PAGE, name: "Bench".into() }, now()).await?;
        store.subscribe_page(PageSubscription { app: APP, page: PAGE, fields: calls() }, now()).await?;
        let mut furnished = Self { store, consumers: Vec::new(), folder };
        furnished.call_back("http://127.0.0.1:1/").await?;
        for psid in (1..=consumers).map(|number| Psid(number.into())) {
            let new = NewConsumer { page: PAGE, psid, name: "Ada".into() };
            furnished.store.create_consumer(new, now()).await?.context("a new consumer")?;
            furnished.store.grant(PAGE, psid, now()).await?;
            furnished.consumers.push(psid);
        }
        Ok(furnished)
    }

    pub(super) async fn call_back(&self, url: &str) -> anyhow::Result<()> {
        let (callback_url, verify_token) = (url.to_owned(), VERIFY_TOKEN.to_owned());
        let subscription = AppSubscription { app: APP, callback_url, verify_token, fields: calls(), active: true };
        Ok(self.store.set_app_subscription(subscription, now()).await?)
    }

    pub(super) async fn connect(&self, psid: Psid) -> anyhow::Result<CallId> {
        let id = CallId(rand::random());
        self.store
            .connect(NewCall { id, page: PAGE, psid, by: offhook_call::Dialer::App(APP) }, None, now(), &LIMITS)
            .await?;
        Ok(id)
    }

    pub(super) async fn terminate(&self, call: CallId) -> anyhow::Result<()> {
        let applied = self.store.apply(call, Command::Terminate { app: APP }, now(), &LIMITS).await?;
        applied.context("the call exists")??;
        Ok(())
    }

    /// Closes the store and leaves its file; it is removed with the folder.
    pub(super) fn close(self) -> (PathBuf, TempDir) {
        (self.folder.path().join("offhook.db"), self.folder)
    }
}

pub(super) fn now() -> Time {
    let since_epoch = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    Time(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn calls() -> Vec<Field> {
    vec![Field(Field::CALLS.into())]
}
