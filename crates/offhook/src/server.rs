//! One running node: what it is made of, how it starts, and how it stops.

mod callbacks;
mod media;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::serve::ListenerExt as _;
use offhook_call::{Abandonment, Side};
use offhook_http::{AdminToken, ConsumerLimits, Demo, HttpState};
use offhook_relay::Relay;
use offhook_service::{Clock as _, Media as _, Parts, Service, SystemClock};
use offhook_store::{Capacity, Sqlite, Store};
use offhook_wire::{Compat, webhook};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::{Config, DATABASE};
use crate::telemetry::Metrics;
use callbacks::Handshake;
use media::RelayMedia;

/// A node whose parts are made and whose address is bound, but which serves nobody yet.
pub(crate) struct Server {
    pub(crate) service: Service,
    pub(crate) address: SocketAddr,
    listener: TcpListener,
    relay: Arc<Relay>,
    metrics: Metrics,
    stop: CancellationToken,
    /// The node's long-running tasks, by name. One that ends by itself ends the node.
    tasks: JoinSet<&'static str>,
}

impl Server {
    /// Opens the data, ends what the last process left behind, starts the shards and binds the address.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let metrics = Metrics::install();
        let store = open_store(config)?;
        let (relay, media_events) = media::start(&config.media)?;
        let relay = Arc::new(relay);
        let media = Arc::new(RelayMedia::new(Arc::clone(&relay)));
        let outbound = offhook_webhook::Outbound::new(config.webhooks.allow_private, config.webhooks.timeout.0)?;
        let delivered = Arc::clone(&media);
        let worker = offhook_webhook::Worker::new(offhook_webhook::Parts {
            store: Arc::clone(&store),
            outbound: outbound.clone(),
            now: Arc::new(|| SystemClock.now()),
            delivered: Arc::new(move |call| delivered.offer_delivered(call, Side::Business)),
            settings: (&config.webhooks).into(),
        });
        let worker_handle = worker.handle();
        let service = Service::new(Parts {
            store,
            media,
            clock: Arc::new(SystemClock),
            callbacks: Arc::new(Handshake(outbound)),
            poke_webhooks: Arc::new(move || worker_handle.poke()),
            limits: config.into(),
        });
        let repaired = service.reconcile(Abandonment::NodeLost).await;
        let ended = repaired.context("the calls of the last process cannot be ended")?.ended;
        if ended > 0 {
            tracing::warn!(ended, "calls that the last process left behind have been ended as failed");
        }
        let listener =
            TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        let mut server =
            Self { service, address, listener, relay, metrics, stop: CancellationToken::new(), tasks: JoinSet::new() };
        server.spawn_workers(worker, media_events);
        let (service, keep, stop) = (server.service.clone(), config.store.keep_calls(), server.stop.clone());
        server.task("upkeep", async move { service.run_upkeep(keep, stop).await });
        Ok(server)
    }

    fn spawn_workers(&mut self, worker: offhook_webhook::Worker, media_events: mpsc::Receiver<offhook_relay::Event>) {
        let (sender, events) = mpsc::channel(MEDIA_EVENTS);
        self.task("webhooks", worker.run(self.stop.clone()));
        self.task("media events", media::translate(media_events, sender, self.stop.clone()));
        let service = self.service.clone();
        let stop = self.stop.clone();
        self.task("calls", async move { service.run(events, stop).await });
    }

    /// Serves until `until` is over, then stops in order: takes nothing new, ends the live calls, lets requests and
    /// deliveries under way finish. Fails if one of the node's tasks ends by itself.
    pub(crate) async fn serve(
        mut self,
        admin_token: &str,
        demo: Option<Arc<Demo>>,
        until: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let requests = TaskTracker::new();
        let metrics = self.metrics.clone();
        let state = HttpState {
            service: self.service.clone(),
            admin_token: AdminToken::new(admin_token),
            consumer: Arc::new(ConsumerLimits::default()),
            metrics: Arc::new(move || metrics.render()),
            demo,
            tasks: requests.clone(),
            stop: self.stop.clone(),
        };
        let closing = self.stop.clone().cancelled_owned();
        let app = offhook_http::router(state);
        // A message to a device is small and must not wait for the acknowledgement of the one before.
        let listener = self.listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "TCP_NODELAY cannot be set");
            }
        });
        self.tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, app).with_graceful_shutdown(closing).await {
                tracing::error!(%error, "HTTP stopped");
            }
            "http"
        });
        let died = tokio::select! {
            () = until => None,
            ended = self.tasks.join_next() => ended,
        };
        if let Err(error) = self.service.drain().await {
            tracing::error!(error = &error as &dyn std::error::Error, "live calls could not be ended");
        }
        self.stop.cancel();
        requests.close();
        let finish = async {
            requests.wait().await;
            while self.tasks.join_next().await.is_some() {}
        };
        if tokio::time::timeout(STOP_LIMIT, finish).await.is_err() {
            tracing::warn!("not everything under way finished in time");
        }
        self.relay.shutdown().await;
        match died {
            None => Ok(()),
            Some(Ok(task)) => anyhow::bail!("the task {task:?} ended by itself"),
            Some(Err(error)) => Err(anyhow::Error::new(error).context("a task of the node failed")),
        }
    }

    fn task(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(async move {
            work.await;
            name
        });
    }
}

fn open_store(config: &Config) -> anyhow::Result<Arc<dyn Store>> {
    let folder = &config.store.path;
    std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let capacity = Capacity { queue: config.store.queue, readers: config.store.readers, ..Capacity::default() };
    let file = folder.join(DATABASE);
    let render = Arc::new(|event: &_, compat: &_| webhook::render(event, &Compat::of_stored(compat)));
    let store =
        Sqlite::open_with(&file, capacity, render).with_context(|| format!("{} cannot be opened", file.display()))?;
    Ok(Arc::new(store))
}

/// Media events that wait for the calls' driver.
const MEDIA_EVENTS: usize = 1024;

/// How long requests and deliveries under way may take once the node stops.
const STOP_LIMIT: Duration = Duration::from_secs(10);
