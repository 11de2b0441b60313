use std::sync::Arc;

use offhook_service::{Listeners, Runs, Service};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::{AdminToken, ConsumerLimits, Demo, Site};

/// What the routes work with. Cheap to clone.
#[derive(Clone)]
pub struct HttpState {
    pub service: Service,
    pub admin_token: AdminToken,
    pub consumer: Arc<ConsumerLimits>,
    /// How this server is reached.
    pub site: Arc<Site>,
    /// The text of `/metrics`.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Hands webhooks to apps that fetch them.
    pub listeners: Arc<dyn Listeners>,
    /// Plays scenarios; only a sandbox is asked to.
    pub runs: Arc<dyn Runs>,
    /// Whether what only a sandbox does is served.
    pub sandbox: bool,
    /// The demo pages exist only if this does.
    pub demo: Option<Arc<Demo>>,
    /// Requests run here, so that they end even if their client goes; wait for it before the process ends.
    pub tasks: TaskTracker,
    /// Cancelled when the server stops: open channels and streams close.
    pub stop: CancellationToken,
}
