//! The parts of a node that work by themselves, and the order in which they stop: each step leaves the next one with less
//! to do.

use std::future::Future;
use std::sync::Arc;

use offhook_relay::Relay;
use offhook_service::Service;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::media;
use crate::config;

pub(super) struct Node {
    service: Service,
    relay: Arc<Relay>,
    timing: config::Stop,
    /// Cancelled when no request and no device is taken any more.
    pub(super) stop: CancellationToken,
    /// Cancelled when nothing more will be owed: the webhook worker finishes.
    all_owed: CancellationToken,
    /// The long-running tasks, by name. One that ends by itself ends the node.
    pub(super) tasks: JoinSet<&'static str>,
}

impl Node {
    pub(super) fn new(service: Service, relay: Arc<Relay>, timing: config::Stop) -> Self {
        let (stop, all_owed) = (CancellationToken::new(), CancellationToken::new());
        Self { service, relay, timing, stop, all_owed, tasks: JoinSet::new() }
    }

    pub(super) fn spawn_workers(
        &mut self,
        worker: offhook_webhook::Worker,
        media_events: mpsc::Receiver<offhook_relay::Event>,
    ) {
        let (sender, events) = mpsc::channel(MEDIA_EVENTS);
        self.task("webhooks", worker.run(self.all_owed.clone()));
        self.task("media events", media::translate(media_events, sender, self.stop.clone()));
        let (service, stop) = (self.service.clone(), self.stop.clone());
        self.task("calls", async move { service.run(events, stop).await });
    }

    pub(super) fn task(&mut self, name: &'static str, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(async move {
            work.await;
            name
        });
    }

    /// Readiness turns first, while everybody is served. Then nothing new is taken, and calls may end by themselves.
    /// Then live calls are ended, devices and requests hear the rest, and the webhook worker delivers what is due, last
    /// of all. `patient`: nothing is wrong with the node, so others get the time that they were promised.
    pub(super) async fn stop_in_order(&mut self, requests: &TaskTracker, patient: bool) {
        tracing::info!("stopping");
        self.service.announce_stop();
        if patient {
            sleep(self.timing.unready_for.0).await;
        }
        self.service.start_draining();
        if patient && timeout(self.timing.wait_for_calls.0, self.service.calls_over()).await.is_err() {
            tracing::info!("live calls are ended");
        }
        if timeout(self.timing.limit.0, self.tell_everybody(requests)).await.is_err() {
            tracing::warn!("not everybody could be told in time; webhooks that are owed go out after the next start");
        }
        self.relay.shutdown().await;
    }

    async fn tell_everybody(&mut self, requests: &TaskTracker) {
        stop_webhooks_early(&self.all_owed);
        self.end_calls().await;
        self.stop.cancel();
        requests.close();
        requests.wait().await;
        // A request that was under way may have begun one more.
        self.end_calls().await;
        self.all_owed.cancel();
        while self.tasks.join_next().await.is_some() {}
    }

    async fn end_calls(&self) {
        if let Err(error) = self.service.drain().await {
            tracing::error!(error = &error as &dyn std::error::Error, "live calls could not be ended");
        }
    }
}

/// Where a bug is planted: what calls that end now owe goes out only after the next start.
fn stop_webhooks_early(_all_owed: &CancellationToken) {
    fail::fail_point!("bug::stop_at_once", |_| _all_owed.cancel());
}

/// Media events that wait for the calls' driver.
const MEDIA_EVENTS: usize = 1024;
