//! One running node: what it is made of, how it starts, and how it stops.

mod callbacks;
mod clock;
mod connections;
#[cfg(unix)]
pub(crate) mod descriptors;
mod faults;
mod listeners;
mod media;
mod node;
mod outbox;
mod tls;

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::Context as _;
use offhook_call::{Abandonment, Side};
use offhook_http::{AdminToken, ConsumerLimits, Demo, HttpState, Site};
use offhook_service::{Clock, Faults, Guests, Media as _, Parts, Service};
use offhook_store::{Capacity, Sqlite, Store};
use offhook_wire::{Compat, webhook};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::config::{Config, DATABASE};
use crate::sandbox::{self, Called, Host, LocalRuns, Stage, WellKnown};
use crate::telemetry::Metrics;
use callbacks::Handshake;
use faults::WebhookFaults;
use listeners::WorkersListeners;
use media::RelayMedia;
pub(crate) use media::relay_config;
use node::Node;
use outbox::{OutboxClock, WebhookWorker};
use tls::Tls;

/// A node whose parts are made and whose address is bound, but which serves nobody yet.
pub(crate) struct Server {
    pub(crate) service: Service,
    pub(crate) address: SocketAddr,
    listener: TcpListener,
    tls: Option<Tls>,
    metrics: Metrics,
    listeners: Arc<WorkersListeners>,
    site: Arc<Site>,
    sandbox: bool,
    clock: Arc<dyn Clock>,
    /// Where calls to well-known consumers are told, in a sandbox.
    called: Option<mpsc::Receiver<Called>>,
    media_ip: Option<IpAddr>,
    node: Node,
}

impl Server {
    /// Opens the data, ends what the last process left behind, starts the shards and binds the address.
    pub(crate) async fn open(config: &Config) -> anyhow::Result<Self> {
        let metrics = Metrics::install();
        #[cfg(unix)]
        descriptors::raise(descriptors::wanted(&config.media));
        let tls = Tls::open(&config.tls, &config.store.path)?;
        let store = open_store(config)?;
        let (capture, captured) = tokio::sync::mpsc::channel(media::CAPTURES_MAX);
        let (relay, media_events) = media::start(&config.media, config.sandbox.then_some(capture))?;
        let relay = Arc::new(relay);
        let media = Arc::new(RelayMedia::new(Arc::clone(&relay)));
        let clock = clock::start(config.sandbox, &*store).await?;
        let faults: Option<Arc<Faults>> = config.sandbox.then(Arc::default);
        let outbound = offhook_webhook::Outbound::new(config.webhooks.allow_private, config.webhooks.timeout.0)?;
        let listeners = Arc::new(WorkersListeners(outbound.listeners().clone()));
        let delivered = Arc::clone(&media);
        let worker = offhook_webhook::Worker::new(offhook_webhook::Parts {
            store: Arc::clone(&store),
            outbound: outbound.clone(),
            clock: Arc::new(OutboxClock(Arc::clone(&clock))),
            delivered: Arc::new(move |call| delivered.offer_delivered(call, Side::Business)),
            settings: (&config.webhooks).into(),
            faults: faults.clone().map(|faults| Arc::new(WebhookFaults(faults)) as _),
        });
        let webhooks = Arc::new(WebhookWorker(worker.handle()));
        let (guests, called) = config.sandbox.then(WellKnown::new).unzip();
        let service = Service::new(Parts {
            store,
            media,
            clock: Arc::clone(&clock),
            callbacks: Arc::new(Handshake(outbound)),
            webhooks,
            faults,
            guests: guests.map(|guests| Arc::new(guests) as Arc<dyn Guests>),
            limits: config.into(),
        });
        let watching = service.clone();
        let worker = worker.watched_by(Arc::new(move |call, delivery, number, status, took| {
            watching.note_try(call, delivery, number, status, took);
        }));
        let repaired = service.reconcile(Abandonment::NodeLost).await;
        let ended = repaired.context("the calls of the last process cannot be ended")?.ended;
        if ended > 0 {
            tracing::warn!(ended, "calls that the last process left behind have been ended as failed");
        }
        let listener =
            TcpListener::bind(config.listen).await.with_context(|| format!("cannot listen on {}", config.listen))?;
        let address = listener.local_addr()?;
        let mut node = Node::new(service.clone(), relay, config.stop);
        node.spawn_workers(worker, media_events);
        let (upkeep, keep, stop) = (service.clone(), config.store.keep_calls(), node.stop.clone());
        node.task("upkeep", async move { upkeep.run_upkeep(keep, stop).await });
        if config.sandbox {
            node.task("captures", media::collect(captured, service.clone(), node.stop.clone()));
        }
        node.task("metrics", metrics.clone().keep_up(node.stop.clone()));
        Ok(Self {
            service,
            address,
            listener,
            tls,
            metrics,
            listeners,
            site: Arc::new(config.http.site()),
            sandbox: config.sandbox,
            clock,
            called,
            media_ip: sandbox::media_ip(&config.media),
            node,
        })
    }

    /// Serves until `until` is over, then stops in order ([`node`]). Fails if one of the node's tasks ends by itself, or
    /// if `at_once` is over before everything has stopped.
    pub(crate) async fn serve(
        self,
        admin_token: &str,
        demo: Option<Arc<Demo>>,
        until: impl Future<Output = ()>,
        at_once: impl Future<Output = ()>,
    ) -> anyhow::Result<()> {
        let Self { service, address, listener, tls, metrics, listeners, site, sandbox, .. } = self;
        let Self { clock, called, media_ip, mut node, .. } = self;
        let requests = TaskTracker::new();
        // Simulated consumers leave first, so that nobody waits for their calls.
        let leave = node.stop.child_token();
        let within = if sandbox && tls.is_some() { Some(TcpListener::bind(WITHIN).await?) } else { None };
        let address = within.as_ref().map_or(Ok(address), TcpListener::local_addr)?;
        let stage = Stage::new(address, admin_token, media_ip)?;
        if let Some(called) = called {
            let host = Host::new(service.clone(), stage.clone(), called);
            node.task("well-known consumers", host.run(leave.clone()));
        }
        let state = HttpState {
            service,
            admin_token: AdminToken::new(admin_token),
            consumer: Arc::new(ConsumerLimits::default()),
            site,
            metrics: Arc::new(move || metrics.render()),
            listeners,
            runs: Arc::new(LocalRuns::new(stage, clock, requests.clone(), leave.clone())),
            sandbox,
            demo,
            tasks: requests.clone(),
            stop: node.stop.clone(),
        };
        let served = connections::Served {
            app: offhook_http::router(state),
            tls: tls.as_ref().map(|tls| tls.acceptor.clone()),
            stop: node.stop.clone(),
        };
        if let Some(within) = within {
            let served = connections::Served { tls: None, ..served.clone() };
            node.task("http within", connections::serve(within, served));
        }
        node.task("http", connections::serve(listener, served));
        if let Some(tls) = tls {
            node.task("certificate", tls.keep_up(node.stop.clone()));
        }
        let died = tokio::select! {
            () = until => None,
            ended = node.tasks.join_next() => ended,
        };
        leave.cancel();
        tokio::select! {
            () = node.stop_in_order(&requests, died.is_none()) => {}
            () = at_once => anyhow::bail!("told twice to stop: live calls end at the next start"),
        }
        match died {
            None => Ok(()),
            Some(Ok(task)) => anyhow::bail!("the task {task:?} ended by itself"),
            Some(Err(error)) => Err(anyhow::Error::new(error).context("a task of the node failed")),
        }
    }
}

/// Where simulated consumers connect if everybody else needs a certificate's name.
const WITHIN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

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
